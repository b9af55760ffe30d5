import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ValidationError, type FileResult } from 'millrace';
import { BatchResults } from 'millrace/batch/batch-results.js';
import { getOwnIdentity } from 'millrace/shared/runtime/process-identity.js';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { batchService as service, id, createFiles } from './support/batch-service.js';
import { defaultLimits, millraceService } from './support/hosted-service.js';
import { scratch } from './support/scratch.js';

const sortedStatuses = (results: FileResult[]): string[] => results.map((result) => result.status).sort();

it('starts once, when results are first requested, and returns the same results to every caller', async () => {
  const { client, requests, to } = await service();
  const { files, out } = await createFiles(5);
  const batch = client
    .createPipeline('notes', ['parser'])
    .processMany(files, { localSaveDirectory: out, concurrency: 2 });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(requests).toEqual([]);
  const keys: string[] = [];
  const iterating = (async () => {
    for await (const result of batch) keys.push(result.key);
  })();
  const summary = await batch.all();
  await iterating;
  expect(summary).toMatchObject({ succeeded: 5, skipped: 0, failed: 0 });
  expect(summary.results.map((result) => result.key)).toEqual(keys);
  expect(to('/upload')).toHaveLength(5);
  expect((await batch.all()).results).toEqual(summary.results);
});

it('reports a file that fails and continues with the others', async () => {
  const { client } = await service({ 'bad.txt': 'failed' });
  const { files, directory, out } = await createFiles(2);
  const { results } = await client
    .createPipeline('notes', ['parser'])
    .processMany([files[0] ?? '', join(directory, 'nope.txt'), { file: files[1] ?? '', fileName: 'bad.txt' }], {
      localSaveDirectory: out,
    })
    .all();
  expect(sortedStatuses(results)).toEqual(['failed', 'failed', 'succeeded']);
  const failed = results.filter((result) => result.status === 'failed');
  expect(failed.map((result) => result.error.name).sort()).toEqual(['ProcessFailedError', 'ValidationError']);
});

it('with a manifest fetches an output that could not be saved, without another upload', async () => {
  const { client, to, on } = await service();
  const { files, directory, out } = await createFiles(1);
  const pipeline = client.createPipeline('notes', ['parser']);
  const options = { localSaveDirectory: out, manifest: join(directory, 'm.jsonl') };
  on('/download', async () => {
    await rm(out, { recursive: true, force: true });
    return { body: '[]' };
  });
  const [failed] = (await pipeline.processMany(files, options).all()).results;
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'save' }, requestId: expect.any(String) as unknown });
  on('/download', { body: '[]' });
  const [again] = (await pipeline.processMany(files, options).all()).results;
  expect(again).toMatchObject({ status: 'succeeded', result: { output: [] } });
  expect(to('/upload')).toHaveLength(1);
});

it('stops at the first failure with `stopOnError`', async () => {
  const { client, to } = await service();
  const { files, directory, out } = await createFiles(3);
  const batch = client.createPipeline('notes', ['parser']).processMany([join(directory, 'nope.txt'), ...files], {
    localSaveDirectory: out,
    stopOnError: true,
    concurrency: 1,
  });
  await expect(batch.all()).rejects.toThrow(/There is no /);
  expect(to('/upload')).toEqual([]);
});

it('takes files from any iterable one by one, as it needs them', async () => {
  const { client } = await service();
  const { files, out } = await createFiles(6);
  let taken = 0;
  async function* source(): AsyncGenerator<string> {
    for (const file of files) {
      taken++;
      yield file;
    }
  }
  const batch = client
    .createPipeline('notes', ['parser'])
    .processMany(source(), { localSaveDirectory: out, concurrency: 1 });
  for await (const result of batch) {
    expect(result.status).toBe('succeeded');
    expect(taken).toBeLessThan(4);
    break;
  }
  expect((await batch.all()).succeeded).toBe(6);
});

it('rejects two files with the same key, and bytes without a key', async () => {
  const { client } = await service();
  const { files } = await createFiles(1);
  const pipeline = client.createPipeline('notes', ['parser']);
  await expect(pipeline.processMany([files[0] ?? '', files[0] ?? '']).all()).rejects.toThrow(/twice/);
  await expect(pipeline.processMany([Buffer.from('a b')]).all()).rejects.toBeInstanceOf(ValidationError);
});

it('accepts streams with a key, and uses the file name of a response as its key', async () => {
  const { client, to } = await service();
  const headers = { 'content-disposition': 'attachment; filename="b.txt"' };
  const pipeline = client.createPipeline('notes', ['parser']);
  const batch = pipeline.processMany(
    [{ file: new Blob(['a b']).stream(), key: 'first', fileName: 'a.txt' }, new Response('a b', { headers })],
    { downloadOutput: false },
  );
  const { results } = await batch.all();
  expect(results.map(({ key, status }) => [key, status]).toSorted()).toEqual([
    ['b.txt', 'succeeded'],
    ['first', 'succeeded'],
  ]);
  expect(to('/upload')).toHaveLength(2);
  const unnamed = pipeline.processMany([new Blob(['a b']).stream()]);
  await expect(unnamed.all()).rejects.toThrow(/streams and unnamed Blobs to have a key, got none/);
});

it.each([
  ['a file without a key', new Uint8Array(1), /to have a key/],
  ['a key that is used twice', { file: Buffer.from('a b'), key: 'twice' }, /got 'twice' twice/],
])('names the position of %s among the entries, not among the files', async (_what, entry, message) => {
  const { client } = await service();
  const { directory } = await createFiles(3);
  const first = { file: Buffer.from('a b'), key: 'twice', fileName: 'a.txt' };
  const batch = client
    .createPipeline('notes', ['parser'])
    .processMany([first, { directory }, entry], { downloadOutput: false });
  const failure = await batch.all().catch((error: unknown) => error);
  expect(failure).toMatchObject({
    issues: [{ path: ['files', 2], message: expect.stringMatching(message) as string }],
  });
});

it('uploads a small file separately if the server rejects its content as too large', async () => {
  const limits = { ...defaultLimits, inlineBytes: 100, batchFiles: 64, batchBytes: 1000 };
  const counts = { total: 0, queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0, skipped: 0 };
  const times = { createdAt: '2026-11-21T10:00:00.000Z', closedAt: null, finishedAt: null };
  const pace = { filesPerSecond: null, secondsLeft: null };
  const opened = { batchId: id(9), name: 'rain', pipeline: 'notes', chain: ['parser'], state: 'running' };
  const error = { code: 'too_large', message: 'send it separately' };
  const { client, to } = await millraceService(
    {
      '/v1/batches': { json: { ...opened, ...pace, ...times, counts } },
      [`/v1/batches/${id(9)}/events`]: { status: 404 },
      [`/v1/batches/${id(9)}/files`]: { json: { items: [{ key: 'a', error }] } },
    },
    {},
    limits,
  );
  const batch = client
    .createPipeline('notes', ['parser'])
    .processMany([{ file: Buffer.from('a b'), key: 'a', fileName: 'a.txt' }], { downloadOutput: false });
  expect((await batch.all()).results).toMatchObject([{ status: 'succeeded' }]);
  expect(to(`/v1/batches/${id(9)}/files`)).toHaveLength(1);
  expect(to('/krixik-core-process').map(({ json }) => [json?.['batch'], json?.['content']])).toEqual([
    [id(9), undefined],
  ]);
  expect(to('/upload')).toHaveLength(1);
});

it('rejects with the reason of the signal', async () => {
  const { client } = await service({ 'slow.txt': 'running' });
  const { files } = await createFiles(1);
  const stop = new AbortController();
  const batch = client
    .createPipeline('notes', ['parser'])
    .processMany([{ file: files[0] ?? '', fileName: 'slow.txt' }], { signal: stop.signal, downloadOutput: false });
  setTimeout(() => stop.abort(new Error('enough')), 200);
  await expect(batch.all()).rejects.toThrow('enough');
});

it('does not call onFile after the batch has rejected', async () => {
  const { client } = await service();
  const { files } = await createFiles(1);
  const stop = new AbortController();
  const onFile = vi.fn();
  const batch = client
    .createPipeline('notes', ['parser'])
    .processMany(files, { signal: stop.signal, downloadOutput: false, onFile });
  // the real method reads the output files, which takes a moment
  const add = vi.spyOn(BatchResults.prototype, 'add').mockImplementation(async () => {
    stop.abort(new Error('enough'));
    await expect(batch.all()).rejects.toThrow('enough');
  });
  onTestFinished(() => add.mockRestore());
  await expect(batch.all()).rejects.toThrow('enough');
  await add.mock.results[0]?.value;
  await new Promise(setImmediate);
  expect(add).toHaveBeenCalledOnce();
  expect(onFile).not.toHaveBeenCalled();
});

describe('with a manifest, a second call', () => {
  it('repeats the warnings of finished files', async () => {
    const warnings = [{ code: 'blank-page', message: 'It is blank.', module: 'parser', page: 3 }];
    const { client } = await service({}, warnings);
    const { files, directory, out } = await createFiles(1);
    const options = { localSaveDirectory: out, manifest: join(directory, 'm.jsonl') };
    for (const status of ['succeeded', 'skipped']) {
      const { results } = await client.createPipeline('notes', ['parser']).processMany(files, options).all();
      expect(results).toMatchObject([{ status, result: { warnings } }]);
    }
  });

  it('skips finished files and processes changed ones', async () => {
    const { client, to, names } = await service();
    const { files, directory, out } = await createFiles(3);
    const manifest = join(directory, 'm.jsonl');
    const pipeline = client.createPipeline('notes', ['parser']);
    const first = await pipeline.processMany(files, { localSaveDirectory: out, manifest }).all();
    expect(first.succeeded).toBe(3);
    await appendFile(files[1] ?? '', 'One more sentence.\n');
    const second = await pipeline.processMany(files, { localSaveDirectory: out, manifest }).all();
    expect(second).toMatchObject({ succeeded: 1, skipped: 2, failed: 0 });
    const skipped = second.results.find((result) => result.status === 'skipped');
    expect(skipped?.result?.outputFiles).toHaveLength(1);
    expect(to('/upload')).toHaveLength(4);
    expect(names().at(-1)).toMatch(/^f1-/);
  });

  it('attaches to a run that is still running, without another upload', async () => {
    const states: Record<string, 'running' | 'failed'> = { 'slow.txt': 'running' };
    const { client, to } = await service(states);
    const { files, directory, out } = await createFiles(1);
    const manifest = join(directory, 'm.jsonl');
    const pipeline = client.createPipeline('notes', ['parser']);
    const items = [{ file: files[0] ?? '', fileName: 'slow.txt' }];
    const first = await pipeline.processMany(items, { localSaveDirectory: out, manifest, waitTimeout: 200 }).all();
    expect(first.results[0]).toMatchObject({ status: 'failed', requestId: id(1), error: { name: 'WaitTimeoutError' } });
    delete states['slow.txt'];
    const second = await pipeline.processMany(items, { localSaveDirectory: out, manifest }).all();
    expect(second.succeeded).toBe(1);
    expect(to('/upload')).toHaveLength(1);
  });

  it('repeats an interrupted upload with the same idempotency key', async () => {
    const { client, on, to } = await service();
    const { files, directory, out } = await createFiles(1);
    const manifest = join(directory, 'm.jsonl');
    const pipeline = client.createPipeline('notes', ['parser']);
    on('/upload', (_seen, response) => void response.destroy());
    const options = { localSaveDirectory: out, manifest, maxRetries: 0 };
    expect((await pipeline.processMany(files, options).all()).failed).toBe(1);
    on('/upload', { status: 204 });
    expect((await pipeline.processMany(files, options).all()).succeeded).toBe(1);
    const keys = to('/krixik-core-process').map((seen) => seen.headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it('fails with the error of the server if the content of a stream has already been read', async () => {
    const limits = { ...defaultLimits, inlineBytes: 100 };
    const { client, on, to } = await millraceService({ '/krixik-core-process': { status: 503 } }, {}, limits);
    const pipeline = client.createPipeline('notes', ['parser']);
    const options = { manifest: join(await scratch(), 'm.jsonl'), downloadOutput: false, maxRetries: 0 } as const;
    const input = () => ({ stream: Readable.from([Buffer.from('a b')]), fileName: 'a.txt', size: 3 });
    expect((await pipeline.processMany([input()], options).all()).failed).toBe(1);
    on('/krixik-core-process', { status: 409, json: { message: 'the key has expired' } });
    const { results } = await pipeline.processMany([input()], options).all();
    expect(results).toMatchObject([{ status: 'failed', error: { status: 409 } }]);
    expect(to('/krixik-core-process')).toHaveLength(2);
  });

  it('ignores a line that a crash left incomplete', async () => {
    const { client, to } = await service();
    const { files, directory, out } = await createFiles(2);
    const manifest = join(directory, 'm.jsonl');
    const pipeline = client.createPipeline('notes', ['parser']);
    await pipeline.processMany(files, { localSaveDirectory: out, manifest }).all();
    const text = await readFile(manifest, 'utf8');
    await writeFile(manifest, text.slice(0, -20));
    const again = await pipeline.processMany(files, { localSaveDirectory: out, manifest }).all();
    expect(again.failed).toBe(0);
    expect(to('/upload')).toHaveLength(2);
    const third = await pipeline.processMany(files, { localSaveDirectory: out, manifest }).all();
    expect(third.skipped).toBe(2);
  });

  it('is rejected if the chain or the options differ', async () => {
    const { client } = await service();
    const { files, directory, out } = await createFiles(1);
    const manifest = join(directory, 'm.jsonl');
    const pipeline = client.createPipeline('notes', ['parser']);
    await pipeline.processMany(files, { localSaveDirectory: out, manifest }).all();
    const other = client.createPipeline('notes', ['parser', 'translate']);
    await expect(other.processMany(files, { manifest }).all()).rejects.toThrow(/got a different one/);
    const fixed = { modules: { parser: { model: 'fixed' } } } as const;
    await expect(pipeline.processMany(files, { manifest, ...fixed }).all()).rejects.toBeInstanceOf(ValidationError);
  });

  it('is rejected with the PID of the first call while that is running', async () => {
    const { client } = await service({ 'slow.txt': 'running' });
    const { files, directory, out } = await createFiles(1);
    const manifest = join(directory, 'm.jsonl');
    const pipeline = client.createPipeline('notes', ['parser']);
    const stop = new AbortController();
    const slow = [{ file: files[0] ?? '', fileName: 'slow.txt' }];
    const first = pipeline.processMany(slow, { localSaveDirectory: out, manifest, signal: stop.signal }).all();
    await expect.poll(() => readFile(manifest, 'utf8').catch(() => '')).toContain('"running"');
    await expect(pipeline.processMany(files, { manifest }).all()).rejects.toThrow(
      new RegExp(`to be free, but process ${process.pid} is using it`),
    );
    stop.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    await expect.poll(() => readdir(directory)).not.toContain('m.jsonl.lock');
  });

  const lockOf = (holder: object): string => JSON.stringify({ ...getOwnIdentity(), started: null, ...holder });
  it.each([
    ['has ended', () => lockOf({ pid: 999_999_999 })],
    ['has ended and whose PID has been reused', () => lockOf({ started: 'another time' })],
    ['ran before the machine was restarted', () => lockOf({ boot: 'an earlier one' })],
    ['wrote nothing to it', () => ''],
    ['was on another machine and stopped its heartbeat', () => lockOf({ pid: process.pid, host: 'another.invalid' })],
  ])('takes over a lock whose process %s', async (_which, text) => {
    const { client } = await service();
    const { files, directory, out } = await createFiles(1);
    const manifest = join(directory, 'm.jsonl');
    await writeFile(`${manifest}.lock`, text());
    const done = await client
      .createPipeline('notes', ['parser'])
      .processMany(files, { localSaveDirectory: out, manifest })
      .all();
    expect(done.succeeded).toBe(1);
    expect((await readdir(directory)).filter((name) => name.startsWith('m.jsonl'))).toEqual(['m.jsonl']);
  });

  it('repeats the same request when it retries an upload with the same idempotency key', async () => {
    const { client, on, to } = await service();
    const { files, directory, out } = await createFiles(1);
    const manifest = join(directory, 'm.jsonl');
    const pipeline = client.createPipeline('notes', ['parser']);
    on('/upload', (_seen, response) => void response.destroy());
    await pipeline.processMany(files, { localSaveDirectory: out, manifest, maxRetries: 0 }).all();
    on('/upload', { status: 204 });
    await pipeline.processMany(files, { localSaveDirectory: out, manifest }).all();
    const [first, second] = to('/krixik-core-process').map((seen) => seen.json?.['file_name']);
    expect(first).toMatch(/^f0-[a-z]{10}\.txt$/);
    expect(second).toBe(first);
  });
});
