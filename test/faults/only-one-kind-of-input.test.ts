import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import type { ByteStream, FileInput, WebStream } from 'millrace';
import { describe, expect, it } from 'vitest';
import { parseFormParts } from '../sdk/support/form-parts.js';
import { hostedService } from '../sdk/support/hosted-service.js';
import { scratch, textFile } from '../sdk/support/scratch.js';

const text = 'The kettle sang while rain kept time on the roof. Nobody hurried.\n';
const noWait = { waitForProcess: false } as const;

const bytes = Buffer.from(text);
const named = { fileName: 'notes.txt' };
const createFile = (): Blob & { name: string } => new File([text], 'notes.txt');

async function* generate(): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, 5);
  yield bytes.subarray(5);
}

/** Creates a web stream that is not iterable, as in some environments. */
function createNonIterableWebStream(): WebStream {
  const stream = new Blob([text]).stream();
  return { getReader: () => stream.getReader() as ReturnType<WebStream['getReader']> };
}

/** Creates a byte array in another realm. */
function createForeignBytes(): Uint8Array {
  return runInNewContext('Uint8Array.from(numbers)', { numbers: [...bytes] }) as Uint8Array;
}

function createResponse(
  headers: Record<string, string> = { 'content-disposition': 'attachment; filename="notes.txt"' },
) {
  return new Response(text, { headers });
}

const inputs: [string, (path: string) => FileInput, object][] = [
  ['a path', (path) => path, {}],
  ['a file: URL', (path) => pathToFileURL(path), {}],
  ['a File', createFile, {}],
  ['a File with a name without a known extension', () => new File([text], 'upload_3f2a'), named],
  ['a Blob', () => new Blob([text]), { fileName: 'notes.txt' }],
  ['bytes', () => Buffer.from(text), { fileName: 'notes.txt' }],
  ['a stream', () => ({ stream: Readable.from([Buffer.from(text)]), fileName: 'notes.txt', size: text.length }), {}],
  ['a stream of unknown size', () => ({ stream: Readable.from([Buffer.from(text)]), fileName: 'notes.txt' }), {}],
  ['a web stream', () => ({ stream: new Blob([text]).stream(), fileName: 'notes.txt' }), {}],
  ['an ArrayBuffer', () => new Uint8Array(bytes).buffer, named],
  ['a DataView', () => new DataView(new Uint8Array(Buffer.from(`__${text}`)).buffer, 2), named],
  ['another typed array', () => new Int8Array(new Uint8Array(bytes).buffer), named],
  ['bytes from another realm', createForeignBytes, named],
  ['an ArrayBuffer from another realm', () => createForeignBytes().buffer as ArrayBuffer, named],
  ['a bare Node stream', () => Readable.from([bytes]), named],
  ['a bare web stream', () => new Blob([text]).stream(), named],
  ['a web stream that is not iterable', createNonIterableWebStream, named],
  ['a generator', generate, named],
  ['a stream of bytes from another realm', () => Readable.from([createForeignBytes()]), named],
  ['a stream of ArrayBuffers', () => Readable.from([new Uint8Array(bytes).buffer]), named],
  ['a response with a name in a header', () => createResponse(), {}],
  [
    'a response with a non-ASCII name in a header',
    () => createResponse({ 'content-disposition': `inline; filename*=UTF-8''%E7%8C%AB.txt` }),
    {},
  ],
  ['a response without a name', () => createResponse({}), named],
  [
    'a response whose body was compressed',
    () => createResponse({ 'content-encoding': 'gzip', 'content-length': '7' }),
    named,
  ],
];

async function readAll<T extends AsyncIterable<unknown> & ByteStream>(stream: T): Promise<T> {
  for await (const _ of stream);
  return stream;
}

async function readBody(input: Response): Promise<Response> {
  await input.text();
  return input;
}

function lock(stream: ReturnType<Blob['stream']>): ByteStream {
  stream.getReader();
  return stream;
}

function createJsdomBlob(): Blob {
  return Object.defineProperty({ size: 3 }, Symbol.toStringTag, { value: 'Blob' }) as never;
}

describe('process()', () => {
  it.each(inputs)('accepts %s', async (_name, make, options) => {
    const { client, to } = await hostedService();
    const file = make(await textFile(await scratch()));
    await client.createPipeline('notes', ['parser']).process(file, { ...options, ...noWait });
    const [upload] = to('/upload');
    expect(parseFormParts(upload).map((part) => /name="(\w+)"/.exec(part.head)?.[1])).toEqual([
      'key',
      'policy',
      'file',
    ]);
    expect(parseFormParts(upload).map((part) => part.content)).toEqual(['k1', 'p1', text]);
    expect(upload?.headers).not.toHaveProperty('krixikapikey');
    expect(upload?.headers).not.toHaveProperty('authorization');
  });

  it('accepts a fetch response, and uses its size and, if no header has a name, the name from its URL', async () => {
    const { client, to, on, url } = await hostedService();
    on('/files/', { body: text });
    const pipeline = client.createPipeline('notes', ['parser']);
    await pipeline.process(await fetch(`${url}/files/my%20notes.txt?signature=s3cret`), noWait);
    expect(to('/krixik-core-process')[0]?.json?.['file_name']).toMatch(/^my notes-[a-z]{10}\.txt$/);
    expect(Number(to('/upload')[0]?.headers['content-length'])).toBe(to('/upload')[0]?.body.length);
    await pipeline.process(await fetch(`${url}/files/download.php`), { ...named, ...noWait });
    expect(to('/krixik-core-process')[1]?.json?.['file_name']).toBe('notes.txt');
    on('/files/', { body: text, headers: { 'content-disposition': 'attachment; filename="a/"' } });
    await pipeline.process(await fetch(`${url}/files/last.txt`), noWait);
    expect(to('/krixik-core-process')[2]?.json?.['file_name']).toMatch(/^last-[a-z]{10}\.txt$/);
    expect(to('/upload').map((recorded) => parseFormParts(recorded).at(-1)?.content)).toEqual([text, text, text]);
  });

  it.each(['upload_3f2a', 'v1.2', 'body.tmp'])(
    'accepts the path %s, whose extension is unknown, only with fileName',
    async (name) => {
      const { client, to } = await hostedService();
      const pipeline = client.createPipeline('notes', ['parser']);
      const path = await textFile(await scratch(), name);
      await expect(pipeline.process(path, noWait)).rejects.toThrow(/ends in \.txt, .*Set fileName/);
      await pipeline.process(path, { ...named, ...noWait });
      expect(to('/krixik-core-process').map((recorded) => recorded.json?.['file_name'])).toEqual(['notes.txt']);
    },
  );

  it('rejects a fileName whose extension does not match the file', async () => {
    const { client, requests } = await hostedService();
    const failure = client.createPipeline('notes', ['parser']).process(createFile(), { fileName: 'notes.pdf' });
    await expect(failure).rejects.toThrow(/ending in '\.txt' to match notes\.txt, got 'notes\.pdf'/);
    expect(requests).toEqual([]);
  });

  const files: [string, (directory: string) => FileInput | Promise<FileInput>, RegExp][] = [
    ['that does not exist', (directory) => join(directory, 'nope.txt'), /There is no file at \/.*nope\.txt/],
    ['that is a directory', (directory) => directory, /got a directory/],
    ['of another type', (directory) => textFile(directory, 'a.mp3'), /ends in \.txt, \.pdf/],
    [
      'that is a binary with an unsupported extension',
      async (directory) => (await writeFile(join(directory, 'a.exe'), 'MZ\0\xff\0'), join(directory, 'a.exe')),
      /ends in \.txt, \.pdf.* "a\.exe", which looks like a Windows program/,
    ],
    [
      'that is empty',
      async (directory) => (await writeFile(join(directory, 'e.txt'), ''), join(directory, 'e.txt')),
      /is empty/,
    ],
    ['with an empty path', () => '', /a file path/],
    [
      'at a web address',
      () => new URL('https://u:pw@example.org/a.txt?key=k'),
      /^https:\/\/example\.org\/a\.txt is a URL: fetch it first/,
    ],
    [
      'at a web address, as a string',
      () => 'https://u:pw@example.org/a.txt?key=k',
      /^https:\/\/example\.org\/a\.txt is a URL: fetch it first, and pass the response/,
    ],
    ['at an s3: URL', () => 's3://bucket/a.txt', /^s3:\/\/bucket\/a\.txt is a URL: download it first/],
    ['at a file: URL, as a string', () => 'file:///notes/a.txt', /pass new URL\("file:/],
    ['of bytes without a name', () => Buffer.from('a b c'), /fileName/],
    ['of no bytes', () => new Uint8Array(0), /is empty/],
    [
      'that is a bare stream without fileName',
      () => Readable.from(['a']),
      /Missing fileName: .* the stream has no name/,
    ],
    ['that is a stream that was read', async () => readAll(Readable.from([bytes])), /unread stream/],
    ['that is a web stream that was read', async () => readAll(new Blob([text]).stream()), /unread stream/],
    ['that is a locked web stream', () => lock(new Blob([text]).stream()), /unread stream/],
    [
      'that is a response with an error',
      () => new Response(text, { status: 404 }),
      /successful response, got status 404/,
    ],
    ['that is a response without a body', () => new Response(null, { status: 204 }), /a response with a body/],
    [
      'that is a response that was read',
      async () => await readBody(createResponse()),
      /unread response.* Fetch it again/,
    ],
    ['that is a Blob of jsdom', () => createJsdomBlob(), /node:buffer/],
    ['that is a { stream } without fileName', () => ({ stream: Readable.from(['a']) }) as never, /without a fileName/],
    ['that is null', () => null as never, /Expected a path/],
    ['that is a number', () => 5 as never, /Expected a path.*got 5/],
  ];
  it.each(files)('rejects a file %s before sending it', async (_name, make, message) => {
    const { client, requests } = await hostedService();
    const input = await make(await scratch());
    const failure = client.createPipeline('notes', ['parser']).process(input);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.not.toThrow(/pw|key=/);
    await expect(failure).rejects.toMatchObject({ code: 'validation' });
    // except for `/v1`, where a server may list file types that the SDK does not know
    expect(requests.filter(({ path }) => path !== '/v1')).toEqual([]);
  });
});
