import { getEventListeners } from 'node:events';
import { readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { batchService, createFiles } from './support/batch-service.js';

/** Returns the paths of the files in a directory that this process has open. */
async function listOpenFiles(directory: string): Promise<string[]> {
  const numbers = await readdir('/proc/self/fd').catch(() => []);
  const paths = await Promise.all(numbers.map((number) => readlink(`/proc/self/fd/${number}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(directory));
}

/** Yields the files, and records how many were taken and whether the iterator was closed. */
async function* yieldCounted(
  files: readonly string[],
  source: { taken: number; closed: boolean },
): AsyncGenerator<string> {
  try {
    for (const file of files) {
      source.taken++;
      yield file;
    }
  } finally {
    source.closed = true;
  }
}

describe('an abort', () => {
  it('stops uploads, waits and the source, rejects with its reason, and leaves nothing open', async () => {
    const { client, on, to, requests } = await batchService({ 'slow.txt': 'running' });
    const { files, directory, out } = await createFiles(20);
    await writeFile(files[0] ?? '', 'The kettle sang while rain kept time on the roof. '.repeat(200_000));
    const pipeline = client.createPipeline('notes', ['parser']);
    const stop = new AbortController();
    const source = { taken: 0, closed: false };
    const slow = pipeline.processMany([{ file: files[19] ?? '', fileName: 'slow.txt' }], {
      signal: stop.signal,
      downloadOutput: false,
    });
    const waiting = slow.all().catch((error: unknown) => error);
    await expect.poll(() => requests.some(({ path }) => path.startsWith('/v1/runs/'))).toBe(true);
    // from here on, uploads get no response
    on('/upload', () => undefined);
    const many = pipeline.processMany(yieldCounted(files, source), {
      signal: stop.signal,
      localSaveDirectory: out,
      manifest: join(directory, 'm.jsonl'),
      concurrency: 8,
    });
    const uploading = many.all().catch((error: unknown) => error);
    await expect.poll(() => to('/upload').length).toBeGreaterThan(8);
    const reason = new Error('enough');
    const started = performance.now();
    stop.abort(reason);
    expect(await Promise.all([waiting, uploading])).toEqual([reason, reason]);
    expect(performance.now() - started).toBeLessThan(10_000);
    await expect.poll(() => listOpenFiles(directory)).toEqual([]);
    await expect.poll(() => source.closed).toBe(true);
    expect(source.taken).toBe(8);
    await expect.poll(() => getEventListeners(stop.signal, 'abort')).toEqual([]);
    await expect.poll(() => readdir(directory)).not.toContain('m.jsonl.lock');
  });

  it('ends a batch whose source never yields', async () => {
    const { client } = await batchService();
    async function* never(): AsyncGenerator<string> {
      await new Promise(() => undefined);
      yield '';
    }
    const stop = new AbortController();
    const batch = client.createPipeline('notes', ['parser']).processMany(never(), { signal: stop.signal });
    const ended = batch.all().catch((error: unknown) => error);
    await sleep(20);
    const reason = new Error('enough');
    stop.abort(reason);
    expect(await ended).toBe(reason);
  });

  it('keeps running files in the manifest, so that the next batch attaches to their runs', async () => {
    const states: Record<string, 'running'> = { 'slow.txt': 'running' };
    const { client, to } = await batchService(states);
    const { files, directory, out } = await createFiles(1);
    const manifest = join(directory, 'm.jsonl');
    const pipeline = client.createPipeline('notes', ['parser']);
    const items = [{ file: files[0] ?? '', fileName: 'slow.txt' }];
    const stop = new AbortController();
    const first = pipeline.processMany(items, { localSaveDirectory: out, manifest, signal: stop.signal }).all();
    const ended = first.catch((error: unknown) => error);
    await expect.poll(() => readFile(manifest, 'utf8').catch(() => '')).toContain('"running"');
    stop.abort(new Error('enough'));
    await ended;
    delete states['slow.txt'];
    const second = await pipeline.processMany(items, { localSaveDirectory: out, manifest }).all();
    expect(second.succeeded).toBe(1);
    expect(to('/upload')).toHaveLength(1);
  });
});

describe('an iteration over a batch', () => {
  it('limits how many files are taken, and pauses the batch when its loop ends early', async () => {
    const { client } = await batchService();
    const { files } = await createFiles(30);
    const source = { taken: 0, closed: false };
    const batch = client
      .createPipeline('notes', ['parser'])
      .processMany(yieldCounted(files, source), { downloadOutput: false, concurrency: 2 });
    let received = 0;
    for await (const { status } of batch) {
      expect(status).toBe('succeeded');
      await sleep(50);
      // two in progress, and four unread results
      expect(source.taken).toBeLessThanOrEqual(++received + 6);
      if (received === 3) break;
    }
    let settled: number;
    do {
      settled = source.taken;
      await sleep(200);
    } while (source.taken > settled);
    expect(settled).toBeLessThan(12);
    expect((await batch.all()).succeeded).toBe(30);
    expect(source.closed).toBe(true);
  });

  it('that is idle does not block all()', async () => {
    const { client } = await batchService();
    const { files } = await createFiles(20);
    const batch = client
      .createPipeline('notes', ['parser'])
      .processMany(files, { downloadOutput: false, concurrency: 2 });
    const idle = batch[Symbol.asyncIterator]();
    await idle.next();
    expect((await batch.all()).succeeded).toBe(20);
  });

  it('receives every output, but all() keeps only a limited size of outputs', async () => {
    const { client, on } = await batchService();
    const { files, out } = await createFiles(6);
    const big = JSON.stringify([{ snippet: 'x'.repeat(4_000_000), line_numbers: [1] }]);
    on('/download', { body: big });
    const batch = client
      .createPipeline('notes', ['parser'])
      .processMany(files, { localSaveDirectory: out, concurrency: 1 });
    let outputs = 0;
    for await (const result of batch) if (result.status === 'succeeded' && result.result.output) outputs++;
    expect(outputs).toBe(6);
    const { results } = await batch.all();
    const hasOutput = results.map((result) => result.status === 'succeeded' && result.result.output !== null);
    expect(hasOutput).toEqual([true, true, true, true, false, false]);
  });
});

describe('onFile', () => {
  it('is called for each file when it ends, and is awaited', async () => {
    const { client } = await batchService({ 'bad.txt': 'failed' });
    const { files } = await createFiles(4);
    const statuses: string[] = [];
    let inside = 0;
    const summary = await client
      .createPipeline('notes', ['parser'])
      .processMany([...files.slice(1), { file: files[0] ?? '', fileName: 'bad.txt' }], {
        downloadOutput: false,
        concurrency: 1,
        onFile: async ({ status }) => {
          expect(++inside).toBe(1);
          await sleep(20);
          inside--;
          statuses.push(status);
        },
      })
      .all();
    expect(statuses).toEqual(['succeeded', 'succeeded', 'succeeded', 'failed']);
    expect(summary).toMatchObject({ succeeded: 3, failed: 1 });
  });

  it.each([
    [
      'throws',
      (error: Error) => {
        throw error;
      },
    ],
    ['rejects', (error: Error) => Promise.reject(error)],
  ])('that %s ends the batch with that error', async (_how, fail) => {
    const { client, to } = await batchService();
    const { files } = await createFiles(4);
    const reason = new Error('the disk of the caller is full');
    const batch = client
      .createPipeline('notes', ['parser'])
      .processMany(files, { downloadOutput: false, concurrency: 1, onFile: () => fail(reason) });
    await expect(batch.all()).rejects.toBe(reason);
    expect(to('/upload')).toHaveLength(1);
  });
});
