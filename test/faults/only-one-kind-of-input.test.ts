import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { FileInput } from 'millrace';
import { describe, expect, it } from 'vitest';
import { parts } from '../sdk/support/form-parts.js';
import { hostedService } from '../sdk/support/hosted-service.js';
import { scratch, textFile } from '../sdk/support/scratch.js';

const text = 'The kettle sang while rain kept time on the roof. Nobody hurried.\n';
const noWait = { waitForProcess: false } as const;

const inputs: [string, (path: string) => FileInput, object][] = [
  ['a path', (path) => path, {}],
  ['a file: URL', (path) => pathToFileURL(path), {}],
  ['a File', () => new File([text], 'notes.txt'), {}],
  ['a Blob', () => new Blob([text]), { fileName: 'notes.txt' }],
  ['bytes', () => Buffer.from(text), { fileName: 'notes.txt' }],
  ['a stream', () => ({ stream: Readable.from([Buffer.from(text)]), fileName: 'notes.txt', size: text.length }), {}],
  ['a stream of unknown size', () => ({ stream: Readable.from([Buffer.from(text)]), fileName: 'notes.txt' }), {}],
  ['a web stream', () => ({ stream: new Blob([text]).stream(), fileName: 'notes.txt' }), {}],
];

describe('only one kind of input works: here process()', () => {
  it.each(inputs)('takes %s', async (_name, make, options) => {
    const { client, to } = await hostedService();
    const file = make(await textFile(await scratch()));
    await client.createPipeline('notes', ['parser']).process(file, { ...options, ...noWait });
    const [upload] = to('/upload');
    expect(parts(upload).map((part) => /name="(\w+)"/.exec(part.head)?.[1])).toEqual(['key', 'policy', 'file']);
    expect(parts(upload).map((part) => part.content)).toEqual(['k1', 'p1', text]);
    expect(upload?.headers).not.toHaveProperty('krixikapikey');
    expect(upload?.headers).not.toHaveProperty('authorization');
  });

  const files: [string, (directory: string) => FileInput | Promise<FileInput>, RegExp][] = [
    ['that is not there', (directory) => join(directory, 'nope.txt'), /There is no file at \/.*nope\.txt/],
    ['that is a directory', (directory) => directory, /got a directory/],
    ['of another type', (directory) => textFile(directory, 'a.exe'), /ends in \.txt, \.pdf/],
    [
      'that is empty',
      async (directory) => (await writeFile(join(directory, 'e.txt'), ''), join(directory, 'e.txt')),
      /is empty/,
    ],
    ['with an empty path', () => '', /a file path/],
    ['at a web address', () => new URL('https://example.com/a.txt'), /file: URL/],
    ['of bytes without a name', () => Buffer.from('a b c'), /fileName/],
    ['of no bytes', () => new Uint8Array(0), /is empty/],
    ['that is a bare stream', () => Readable.from(['a']) as never, /bare stream/],
    ['that is a stream without a name', () => ({ stream: Readable.from(['a']) }) as never, /without a fileName/],
    ['that is nothing at all', () => null as never, /Expected a path/],
  ];
  it.each(files)('refuses a file %s before any request', async (_name, make, message) => {
    const { client, requests } = await hostedService();
    const failure = client.createPipeline('notes', ['parser']).process(await make(await scratch()));
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ code: 'validation' });
    expect(requests).toEqual([]);
  });
});
