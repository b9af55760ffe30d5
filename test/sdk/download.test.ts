import fs, { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join } from 'node:path';
import { isMillraceError, ResponseShapeError, SaveError } from 'millrace';
import { expect, it, onTestFinished, vi } from 'vitest';
import { writeOutput } from '../../src/process/output/output-file.js';
import { fakeServer, type Handler } from './support/fake-server.js';
import { digestOf, fileId, hostedService, runId } from './support/hosted-service.js';
import { scratch } from './support/scratch.js';

const content = '[{"snippet":"Dust, then rain."}]';

function respondWithOutput(url: string, extension = '.json'): Handler {
  const process_output = [{ url, extension }];
  return () => ({ json: { request_id: 'r3', file_id: fileId, message: '', warnings: [], process_output } });
}

it('rejects and deletes a download whose digest does not match', async () => {
  const { client, to } = await hostedService(
    { '/download': { body: content, headers: { 'repr-digest': digestOf('something else') } } },
    { maxRetries: 1 },
  );
  const directory = await scratch();
  const failure = await client
    .createPipeline('notes', ['parser'])
    .fetchOutput(fileId, { localSaveDirectory: directory })
    .catch((error: unknown) => error);
  expect(isMillraceError(failure, 'integrity')).toBe(true);
  expect(await readdir(directory)).toEqual([]);
  expect(to('/download')).toHaveLength(2);
});

it('downloads again from the start after a cut without an ETag', async () => {
  let calls = 0;
  const { client, to } = await hostedService({
    '/download': (_seen, response) => {
      if (++calls > 1) return { body: content, headers: { 'repr-digest': digestOf(content) } };
      response.writeHead(200, { 'content-length': String(content.length) });
      response.write(content.slice(0, 10), () => response.destroy());
      return undefined;
    },
  });
  const directory = await scratch();
  const { outputFiles } = await client
    .createPipeline('notes', ['parser'])
    .fetchOutput(fileId, { localSaveDirectory: directory });
  expect(to('/download')).toHaveLength(2);
  expect(await readFile(outputFiles[0] ?? '', 'utf8')).toBe(content);
  expect(await readdir(directory)).toEqual([`${fileId}.json`]);
});

/** Creates a handler that sends 10 bytes and then nothing until `breakOff` cuts the response. Later requests get the requested range. */
function createCutDownload({ etag = '"a"', changed = false } = {}): { handler: Handler; breakOff: () => void } {
  let calls = 0;
  let breakOff = (): void => undefined;
  const handler: Handler = (seen, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(seen.headers.range ?? '')?.[1] ?? 0);
    const length = String(content.length - start);
    if (calls++ === 0) {
      response.writeHead(200, { 'content-length': length, 'repr-digest': digestOf(content), etag });
      response.write(content.slice(0, 10));
      breakOff = () => void response.destroy();
      return undefined;
    }
    if (changed || start === 0) return { body: content, headers: { 'repr-digest': digestOf(content), etag } };
    expect(seen.headers['if-range']).toBe(etag);
    const range = `bytes ${start}-${content.length - 1}/${content.length}`;
    return { status: 206, body: content.slice(start), headers: { 'content-range': range, etag } };
  };
  return { handler, breakOff: () => breakOff() };
}

it('resumes a download at the cut with a range request', async () => {
  const { handler, breakOff } = createCutDownload();
  const { client, to } = await hostedService({ '/download': handler });
  const pipeline = client.createPipeline('notes', ['parser']);
  const loaded: number[] = [];
  const { output } = await pipeline.fetchOutput(fileId, {
    localSaveDirectory: false,
    onDownloadProgress: (progress) => {
      loaded.push(progress.loaded);
      breakOff();
    },
  });
  expect(output).toEqual(JSON.parse(content));
  expect(to('/download').map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=10-']);
  expect(loaded.at(-1)).toBe(content.length);
});

it('resumes a cut download inside a stream of the output', async () => {
  const { handler, breakOff } = createCutDownload();
  const { client } = await hostedService({ '/download': handler });
  const chunks: Uint8Array[] = [];
  for await (const chunk of await client.createPipeline('notes', ['parser']).streamOutput(fileId)) {
    chunks.push(chunk);
    breakOff();
  }
  expect(Buffer.concat(chunks).toString()).toBe(content);
});

it.each([
  ['the content has changed', { changed: true }, 'bytes=10-'],
  ['the server sends only a weak ETag', { etag: 'W/"a"' }, undefined],
])('downloads from the start if %s', async (_reason, server, range) => {
  const { handler, breakOff } = createCutDownload(server);
  const { client, to } = await hostedService({ '/download': handler });
  const directory = await scratch();
  const { outputFiles } = await client
    .createPipeline('notes', ['parser'])
    .fetchOutput(fileId, { localSaveDirectory: directory, onDownloadProgress: breakOff });
  expect(await readFile(outputFiles[0] ?? '', 'utf8')).toBe(content);
  expect(to('/download')[1]!.headers.range).toBe(range);
});

it('follows redirects to other servers without sending them the API key', async () => {
  const elsewhere = await fakeServer({ '/blob': { body: content } });
  const { client } = await hostedService({
    '/download': { status: 302, headers: { location: `${elsewhere.url}/blob` } },
  });
  const { output } = await client
    .createPipeline('notes', ['parser'])
    .fetchOutput(fileId, { localSaveDirectory: await scratch() });
  expect(output).toEqual([{ snippet: 'Dust, then rain.' }]);
  expect(JSON.stringify(elsewhere.requests)).not.toContain('test-key');
});

it('gives up on circular redirects', async () => {
  const { client } = await hostedService({ '/download': { status: 302, headers: { location: '/download' } } });
  const failure = client
    .createPipeline('notes', ['parser'])
    .fetchOutput(fileId, { localSaveDirectory: await scratch() });
  await expect(failure).rejects.toMatchObject({ status: 302 });
});

it('creates the directory', async () => {
  const { client } = await hostedService();
  const directory = join(await scratch(), 'a', 'b');
  await client.createPipeline('notes', ['parser']).fetchOutput(fileId, { localSaveDirectory: directory });
  expect(await readdir(directory)).toEqual([`${fileId}.json`]);
});

it('rejects a directory that is a file before it sends a request', async () => {
  const { client, requests } = await hostedService();
  const path = join(await scratch(), 'file');
  await writeFile(path, 'x');
  const failure = client.createPipeline('notes', ['parser']).fetchOutput(fileId, { localSaveDirectory: path });
  await expect(failure).rejects.toMatchObject({ code: 'validation', issues: [{ path: ['localSaveDirectory'] }] });
  expect(requests).toEqual([]);
});

it('replaces an existing file with other content only if `ifExists` is overwrite', async () => {
  const { client, to } = await hostedService();
  const directory = await scratch();
  const path = join(directory, `${fileId}.json`);
  await writeFile(path, '[{"snippet":"mine"}]');
  const pipeline = client.createPipeline('notes', ['parser']);
  const fetch = (ifExists?: 'error' | 'overwrite' | 'skip') =>
    pipeline.fetchOutput(fileId, { localSaveDirectory: directory, ifExists });
  await expect(fetch()).rejects.toMatchObject({ code: 'validation', issues: [{ path: ['ifExists'] }] });
  expect(await readFile(path, 'utf8')).toContain('mine');
  const downloads = to('/download').length;
  expect((await fetch('skip')).output).toEqual([{ snippet: 'mine' }]);
  await writeFile(path, 'mine, not JSON');
  expect((await fetch('skip')).output).toBeNull();
  expect(to('/download')).toHaveLength(downloads);
  expect((await fetch('overwrite')).output).toEqual([{ snippet: 'It was a bright cold day.', line_numbers: [1] }]);
  // a file with the same content is no conflict
  await fetch();
  expect(await readdir(directory)).toEqual([`${fileId}.json`]);
});

it.each(['skip', 'error', undefined] as const)(
  'rejects a symbolic link to a missing file, with ifExists %s',
  async (ifExists) => {
    const { client } = await hostedService();
    const directory = await scratch();
    const path = join(directory, `${fileId}.json`);
    await symlink(join(directory, 'nowhere'), path);
    const pipeline = client.createPipeline('notes', ['parser']);
    await expect(pipeline.fetchOutput(fileId, { localSaveDirectory: directory, ifExists })).rejects.toMatchObject({
      code: 'validation',
      message: expect.stringContaining('got a symbolic link to a missing file') as string,
    });
    expect(await readdir(directory)).toEqual([`${fileId}.json`]);
    await pipeline.fetchOutput(fileId, { localSaveDirectory: directory, ifExists: 'overwrite' });
    expect(await readFile(path, 'utf8')).toContain('bright cold day');
  },
);

it('throws an error with the run, the file and a call to fetch the output if it cannot be saved', async () => {
  const directory = join(await scratch(), 'out');
  const { client, on } = await hostedService();
  const pipeline = client.createPipeline('notes', ['parser']);
  // the directory is removed during the download, and later replaced by a file
  on('/download', async () => {
    await rm(directory, { recursive: true });
    return { body: content };
  });
  const run = pipeline.attach(runId);
  const waitForFailure = async () => run.wait({ localSaveDirectory: directory }).catch((error: unknown) => error);
  const lost = await waitForFailure();
  expect(lost).toBeInstanceOf(SaveError);
  expect(lost).toMatchObject({ code: 'save', requestId: runId, fileId, retryable: true, cause: { code: 'ENOENT' } });
  expect((lost as Error).message).toMatch(new RegExp(`^Could not save .*\\npipeline\\.fetchOutput\\('${fileId}'\\)$`));
  on('/krixik-core-process-status', async () => {
    await rm(directory, { recursive: true });
    await writeFile(directory, '');
    const process_status = { module_1: true };
    return { json: { request_id: 'r', file_id: fileId, process_status, failure_status: null, message: '' } };
  });
  expect(
    await pipeline
      .attach(runId)
      .wait({ localSaveDirectory: directory })
      .catch((error: unknown) => error),
  ).toMatchObject({ code: 'save', requestId: runId, fileId });
});

it('accepts concurrent writes of the same content, and rejects a write of other content', async () => {
  const path = join(await scratch(), 'output.json');
  const write = (text: string): Promise<void> => {
    const bytes = (async function* () {
      yield Buffer.from(text);
    })();
    return writeOutput(path, bytes, { length: undefined, sha256: undefined }, 'error', () => undefined);
  };
  await Promise.all([write('[1]'), write('[1]')]);
  await expect(write('[2]')).rejects.toThrow(`Expected no file at ${path}`);
  expect(await readFile(path, 'utf8')).toBe('[1]');
});

it.each(['skip', 'error'] as const)(
  'without hard links, accepts a file that a concurrent write saved: %s',
  async (ifExists) => {
    const path = join(await scratch(), 'output.json');
    const bytes = (async function* () {
      yield Buffer.from('[1]');
      // the other write ends first
      await writeFile(path, '[1]');
    })();
    vi.spyOn(fs, 'link').mockRejectedValue(Object.assign(new Error('no links here'), { code: 'EPERM' }));
    syncBuiltinESMExports();
    onTestFinished(() => {
      vi.restoreAllMocks();
      syncBuiltinESMExports();
    });
    await writeOutput(path, bytes, { length: undefined, sha256: undefined }, ifExists, () => undefined);
    expect(await readdir(dirname(path))).toEqual(['output.json']);
  },
);

it('rejects with the error of the progress callback', async () => {
  const { client } = await hostedService();
  const directory = await scratch();
  const thrown = new TypeError('mine');
  const failure = client.createPipeline('notes', ['parser']).fetchOutput(fileId, {
    localSaveDirectory: directory,
    onDownloadProgress: () => {
      throw thrown;
    },
  });
  await expect(failure).rejects.toBe(thrown);
});

it('rejects with the reason of an abort during the download, and leaves no file', async () => {
  const stop = new AbortController();
  const reason = new Error('changed my mind');
  const { client } = await hostedService({
    '/download': (_seen, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('start', () => setTimeout(() => stop.abort(reason), 50));
      return undefined;
    },
  });
  const directory = await scratch();
  const failure = client
    .createPipeline('notes', ['parser'])
    .fetchOutput(fileId, { localSaveDirectory: directory, signal: stop.signal });
  await expect(failure).rejects.toBe(reason);
  expect(await readdir(directory)).toEqual([]);
});

it('rejects with the reason of an abort while a stream of the output resumes', async () => {
  const stop = new AbortController();
  const reason = new Error('changed my mind');
  const { handler, breakOff } = createCutDownload();
  const { client } = await hostedService({
    '/download': (seen, response, request) => {
      if (seen.headers.range === undefined) return handler(seen, response, request);
      stop.abort(reason);
      return undefined;
    },
  });
  const stream = await client.createPipeline('notes', ['parser']).streamOutput(fileId, { signal: stop.signal });
  const read = async (): Promise<void> => {
    for await (const _chunk of stream) breakOff();
  };
  await expect(read()).rejects.toBe(reason);
});

it('rejects when no data arrives for as long as the timeout', async () => {
  const { client } = await hostedService({
    '/download': (_seen, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('start');
      return undefined;
    },
  });
  const failure = await client
    .createPipeline('notes', ['parser'])
    .fetchOutput(fileId, { localSaveDirectory: await scratch(), timeout: 200, maxRetries: 0 })
    .catch((error: unknown) => error);
  expect(isMillraceError(failure, 'timeout')).toBe(true);
});

it.each(['../../etc/passwd', '.json/../../x', 'json', '.j s'])('rejects the file extension %s', async (extension) => {
  const { client, url, on } = await hostedService();
  on('/krixik-core-fetch-output', respondWithOutput(`${url}/download`, extension));
  const failure = client
    .createPipeline('notes', ['parser'])
    .fetchOutput(fileId, { localSaveDirectory: await scratch() });
  await expect(failure).rejects.toBeInstanceOf(ResponseShapeError);
});
