import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { IntegrityError, ResponseShapeError } from 'millrace';
import { describe, expect, it } from 'vitest';
import type { Handler, Reply } from './support/fake-server.js';
import { defaultLimits, fileId, millraceService, runId, runRecord } from './support/hosted-service.js';
import { scratch } from './support/scratch.js';

const limits = { ...defaultLimits, inlineBytes: 100 };
const headers = { 'millrace-api': '1', 'millrace-sequence': '3' };
const accepted: Reply = {
  headers,
  json: { request_id: runId, file_id: fileId, presigned_post_url_results: null, warnings: [] },
};
const output = '[{"snippet":"A lamp in every window."}]';
const sha256Of = (text: string): string => createHash('sha256').update(text).digest('base64');

const uploadForm = (url: string) => ({ presigned_post_url_results: { url: `${url}/upload`, fields: {} } });

/** Creates a reply with the record of a completed run, whose output has this digest. */
function completedRun(sha256 = sha256Of(output)): Reply {
  const content = Buffer.from(output).toString('base64');
  return { headers, json: { ...runRecord({ state: 'completed' }), output: { extension: '.json', sha256, content } } };
}

const service = (routes: Record<string, Handler | Reply> = {}) =>
  millraceService({ '/krixik-core-process': accepted, '/v1/runs': completedRun(), ...routes }, {}, limits);

describe('a file that is small enough for the request', () => {
  it('is sent in the request, and its output is returned with the record: two requests in total', async () => {
    const { client, requests, to } = await service();
    const directory = await scratch();
    const text = 'A small file. It fits.';
    const reports: unknown[] = [];
    const done = await client.createPipeline('notes', ['parser']).process(Buffer.from(text), {
      fileName: 'small.txt',
      localSaveDirectory: directory,
      onUploadProgress: (progress) => reports.push(progress),
    });
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1',
      'POST /krixik-core-process',
      `GET /v1/runs/${runId}?wait=25&output=100`,
    ]);
    const sent = to('/krixik-core-process')[0]?.json?.['content'];
    expect(Buffer.from(String(sent), 'base64').toString()).toBe(text);
    expect(reports.at(-1)).toEqual({ loaded: text.length, total: text.length });
    expect(done).toMatchObject({ requestId: runId, fileId, output: JSON.parse(output) as unknown });
    expect(await readFile(join(directory, `${fileId}.json`), 'utf8')).toBe(output);
    expect(await readdir(directory)).toEqual([`${fileId}.json`]);
  });

  it('can be a stream, which is sent again in a retry', async () => {
    let calls = 0;
    const { client } = await service({ '/krixik-core-process': () => (++calls === 1 ? { status: 503 } : accepted) });
    const stream = Readable.from([Buffer.from('One. '), Buffer.from('Two.')]);
    const pipeline = client.createPipeline('notes', ['parser']);
    await pipeline.process({ stream, fileName: 'stream.txt', size: 9 }, { waitForProcess: false });
    expect(calls).toBe(2);
  });

  it.each([
    [5, '5 bytes, got more'],
    [12, '12 bytes, got 9'],
  ])('is not sent when its length differs from the stated size (%i)', async (size, message) => {
    const { client, to } = await service();
    const stream = Readable.from([Buffer.from('One. '), Buffer.from('Two.')]);
    const failure = client.createPipeline('notes', ['parser']).process({ stream, fileName: 'a.txt', size });
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toBeInstanceOf(IntegrityError);
    expect(to('/krixik-core-process')).toEqual([]);
  });

  it.each([
    ['rejects with the reason of an abort', { timeout: 60_000 }, 'enough'],
    ['rejects after the timeout', { timeout: 50 }, 'Could not read a.txt: no bytes were read from the file for 50 ms.'],
  ])('%s when its stream stalls', async (_what, options, message) => {
    const { client, to } = await service();
    const abort = new AbortController();
    const stalling = (async function* () {
      yield Buffer.from('One. ');
      if (message === 'enough') abort.abort(new Error('enough'));
      await new Promise(() => undefined);
    })();
    const failure = client
      .createPipeline('notes', ['parser'])
      .process({ stream: stalling, fileName: 'a.txt', size: 9 }, { signal: abort.signal, ...options });
    await expect(failure).rejects.toThrow(message);
    expect(to('/krixik-core-process')).toEqual([]);
  });

  it('is uploaded separately if the server rejects or ignores the content in the request', async () => {
    const tooLarge: Reply = {
      status: 400,
      json: { code: 'too_large', message: 'reserve without it', request_id: 'r' },
    };
    for (const isRejected of [true, false]) {
      const { client, to, url } = await millraceService(
        {
          '/krixik-core-process': (seen) =>
            isRejected && seen.json?.['content']
              ? tooLarge
              : { json: { ...(accepted.json as object), ...uploadForm(url) } },
        },
        {},
        limits,
      );
      const stream = Readable.from([Buffer.from('One. '), Buffer.from('Two.')]);
      const pipeline = client.createPipeline('notes', ['parser']);
      await pipeline.process({ stream, fileName: 'stream.txt', size: 9 }, { waitForProcess: false });
      expect(to('/upload')[0]?.body.toString()).toContain('One. Two.');
      const keys = to('/krixik-core-process').map(({ headers: sent }) => sent['idempotency-key']);
      expect(new Set(keys).size).toBe(1);
    }
  });

  it('is rejected with a clear message if the server then returns no upload URL', async () => {
    const { client } = await service();
    const failure = client.createPipeline('notes', ['parser']).process(Buffer.alloc(101, 'x'), { fileName: 'b.txt' });
    await expect(failure).rejects.toBeInstanceOf(ResponseShapeError);
  });

  it.each([
    ['larger', { ...limits }, Buffer.alloc(101, 'x')],
    ['for a server that accepts no content in the request', defaultLimits, Buffer.from('small')],
  ])('is uploaded when it is %s', async (_case, given, file) => {
    const { client, to } = await millraceService({}, {}, given);
    await client.createPipeline('notes', ['parser']).process(file, { fileName: 'c.txt', waitForProcess: false });
    expect(to('/upload')).toHaveLength(1);
    expect(to('/krixik-core-process')[0]?.json).not.toHaveProperty('content');
  });
});

describe('an output in the run record', () => {
  const save = async (directory: string, routes: Record<string, Handler | Reply>, options: object = {}) => {
    const { client, to } = await service(routes);
    const run = client.createPipeline('notes', ['parser']).attach(runId);
    const done = await run.wait({ localSaveDirectory: directory, ...options });
    return { done, to };
  };

  it('is downloaded when its digest does not match', async () => {
    const directory = await scratch();
    const { done, to } = await save(directory, { '/v1/runs': completedRun(sha256Of('something else')) });
    expect(to('/download')).toHaveLength(1);
    expect(done.output).toEqual([{ snippet: 'It was a bright cold day.', line_numbers: [1] }]);
    expect(await readdir(directory)).toEqual([`${fileId}.json`]);
  });

  it('is returned in memory without another request', async () => {
    const { client, to } = await service();
    const run = client.createPipeline('notes', ['parser']).attach(runId);
    expect((await run.wait({ localSaveDirectory: false })).output).toEqual(JSON.parse(output));
    expect(to('/krixik-core-fetch-output')).toEqual([]);
  });

  it('is not requested with `downloadOutput: false`', async () => {
    const directory = await scratch();
    const { to } = await save(directory, {}, { downloadOutput: false });
    expect(to('/v1/runs').map(({ path }) => path)).toEqual([`/v1/runs/${runId}?wait=25`]);
    expect(await readdir(directory)).toEqual([]);
  });

  it('does not replace a file with different content, and reuses one with the same content', async () => {
    const directory = await scratch();
    const path = join(directory, `${fileId}.json`);
    await writeFile(path, output);
    expect((await save(directory, {})).done.outputFiles).toEqual([path]);
    await writeFile(path, 'mine');
    await expect(save(directory, {})).rejects.toThrow(/Expected no file at/);
    expect(await readFile(path, 'utf8')).toBe('mine');
  });
});
