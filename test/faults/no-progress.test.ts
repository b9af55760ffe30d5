import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FileInput, TransferProgress } from 'millrace';
import { describe, expect, it } from 'vitest';
import { fileId, millraceService } from '../sdk/support/hosted-service.js';
import { scratch } from '../sdk/support/scratch.js';

const size = 4 * 2 ** 20;
const content = Buffer.alloc(size, 'word ');

const inputs: [string, (path: string) => FileInput, number | undefined][] = [
  ['a path', (path) => path, size],
  ['a Blob', () => new Blob([content]), size],
  ['bytes', () => content, size],
  ['a stream with a size', () => ({ stream: Readable.from([content]), fileName: 'a.txt', size }), size],
  ['a stream without a size', () => ({ stream: Readable.from([content]), fileName: 'a.txt' }), undefined],
];

describe('transfer progress', () => {
  it.each(inputs)('is reported for an upload of %s, up to 100%', async (_name, make, total) => {
    const { client } = await millraceService();
    const path = join(await scratch(), 'a.txt');
    await writeFile(path, content);
    const reports: TransferProgress[] = [];
    const started = performance.now();
    await client.createPipeline('notes', ['parser']).process(make(path), {
      fileName: 'a.txt',
      waitForProcess: false,
      onUploadProgress: (progress) => reports.push(progress),
    });
    const seconds = (performance.now() - started) / 1000;
    expect(reports.at(-1)).toEqual({ loaded: size, total: size });
    const before = reports.slice(0, -1);
    expect(before.length).toBeGreaterThan(0);
    expect(before.every((report) => report.total === total)).toBe(true);
    const loaded = reports.map((report) => report.loaded);
    expect(loaded).toEqual(loaded.toSorted((a, b) => a - b));
    // at most ten reports a second, plus the first and the last
    expect(reports.length).toBeLessThanOrEqual(seconds * 10 + 2);
  });

  it.each([
    ['with a length', { 'content-length': String(size) }, size],
    ['without a length', { 'transfer-encoding': 'chunked' }, undefined],
  ])('is reported for a download %s, up to 100%', async (_name, headers, total) => {
    const { client, url, on } = await millraceService({
      '/download': (_seen, response) => {
        response.writeHead(200, headers).end(content);
        return undefined;
      },
    });
    const process_output = [{ url: `${url}/download`, extension: '.npy' }];
    on('/krixik-core-fetch-output', { json: { request_id: 'r', file_id: fileId, process_output } });
    const reports: TransferProgress[] = [];
    await client.createPipeline('notes', ['parser']).fetchOutput(fileId, {
      localSaveDirectory: await scratch(),
      onDownloadProgress: (progress) => reports.push(progress),
    });
    expect(reports.at(-1)).toEqual({ loaded: size, total: size });
    expect(reports.slice(0, -1).every((report) => report.total === total)).toBe(true);
  });

  it('does not reach 100% for a rejected upload', async () => {
    const { client } = await millraceService({ '/upload': { status: 403, body: 'no' } });
    const reports: TransferProgress[] = [];
    const failure = client.createPipeline('notes', ['parser']).process(content, {
      fileName: 'a.txt',
      waitForProcess: false,
      onUploadProgress: (progress) => reports.push(progress),
    });
    await expect(failure).rejects.toMatchObject({ status: 403 });
    expect(reports.every(({ loaded }) => loaded < size)).toBe(true);
  });
});
