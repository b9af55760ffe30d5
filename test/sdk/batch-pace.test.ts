import { getEventListeners } from 'node:events';
import { readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { batchService, someFiles } from './support/batch-service.js';

const patiently = { timeout: 30_000 };

/** The files that this process has open in a directory. */
async function openIn(directory: string): Promise<string[]> {
  const numbers = await readdir('/proc/self/fd').catch(() => []);
  const paths = await Promise.all(numbers.map((number) => readlink(`/proc/self/fd/${number}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(directory));
}

async function* counted(files: readonly string[], seen: { taken: number; closed: boolean }): AsyncGenerator<string> {
  try {
    for (const file of files) {
      seen.taken++;
      yield file;
    }
  } finally {
    seen.closed = true;
  }
}

describe('an abort', () => {
  it('stops uploads, waits and the source within a second, with the reason, and leaves nothing open', async () => {
    const { client, on, to, requests } = await batchService({ 'slow.txt': 'running' });
    const { files, directory, out } = await someFiles(20);
    await writeFile(files[0] ?? '', 'The kettle sang while rain kept time on the roof. '.repeat(200_000));
    const pipeline = client.createPipeline('notes', ['parser']);
    const stop = new AbortController();
    const seen = { taken: 0, closed: false };
    const slow = pipeline.processMany([{ file: files[19] ?? '', fileName: 'slow.txt' }], {
      signal: stop.signal,
      downloadOutput: false,
    });
    const waiting = slow.all().catch((error: unknown) => error);
    await expect.poll(() => requests.some(({ path }) => path.startsWith('/v1/runs/')), patiently).toBe(true);
    // from here on, uploads are never answered
    on('/upload', () => undefined);
    const many = pipeline.processMany(counted(files, seen), {
      signal: stop.signal,
      localSaveDirectory: out,
      manifest: join(directory, 'm.jsonl'),
      concurrency: 8,
    });
    const uploading = many.all().catch((error: unknown) => error);
    await expect.poll(() => to('/upload').length, patiently).toBeGreaterThan(8);
    const reason = new Error('enough');
    const started = performance.now();
    stop.abort(reason);
    expect(await Promise.all([waiting, uploading])).toEqual([reason, reason]);
    expect(performance.now() - started).toBeLessThan(10_000);
    await expect.poll(() => openIn(directory), patiently).toEqual([]);
    await expect.poll(() => seen.closed, patiently).toBe(true);
    expect(seen.taken).toBe(8);
    await expect.poll(() => getEventListeners(stop.signal, 'abort'), patiently).toEqual([]);
    await expect.poll(() => readdir(directory), patiently).not.toContain('m.jsonl.lock');
  });

  it('ends a batch whose source does not answer', async () => {
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

  it('leaves what was under way in the manifest, to be taken up', async () => {
    const states: Record<string, 'running'> = { 'slow.txt': 'running' };
    const { client, to } = await batchService(states);
    const { files, directory, out } = await someFiles(1);
    const manifest = join(directory, 'm.jsonl');
    const pipeline = client.createPipeline('notes', ['parser']);
    const items = [{ file: files[0] ?? '', fileName: 'slow.txt' }];
    const stop = new AbortController();
    const first = pipeline.processMany(items, { localSaveDirectory: out, manifest, signal: stop.signal }).all();
    const ended = first.catch((error: unknown) => error);
    await expect.poll(() => readFile(manifest, 'utf8').catch(() => ''), patiently).toContain('"running"');
    stop.abort(new Error('enough'));
    await ended;
    delete states['slow.txt'];
    const second = await pipeline.processMany(items, { localSaveDirectory: out, manifest }).all();
    expect(second.succeeded).toBe(1);
    expect(to('/upload')).toHaveLength(1);
  });
});

describe('whoever iterates', () => {
  it('sets the pace, and one who leaves the loop stops it until somebody wants more', async () => {
    const { client } = await batchService();
    const { files } = await someFiles(30);
    const seen = { taken: 0, closed: false };
    const batch = client
      .createPipeline('notes', ['parser'])
      .processMany(counted(files, seen), { downloadOutput: false, concurrency: 2 });
    let got = 0;
    for await (const { status } of batch) {
      expect(status).toBe('succeeded');
      await sleep(50);
      // two under way, and four that wait here
      expect(seen.taken).toBeLessThanOrEqual(++got + 6);
      if (got === 3) break;
    }
    let atRest: number;
    do {
      atRest = seen.taken;
      await sleep(200);
    } while (seen.taken > atRest);
    expect(atRest).toBeLessThan(12);
    expect((await batch.all()).succeeded).toBe(30);
    expect(seen.closed).toBe(true);
  });

  it('does not hold up one who waits for all', async () => {
    const { client } = await batchService();
    const { files } = await someFiles(20);
    const batch = client
      .createPipeline('notes', ['parser'])
      .processMany(files, { downloadOutput: false, concurrency: 2 });
    const idle = batch[Symbol.asyncIterator]();
    await idle.next();
    expect((await batch.all()).succeeded).toBe(20);
  });

  it('gets every output, while what is kept for later is bounded', async () => {
    const { client, on } = await batchService();
    const { files, out } = await someFiles(6);
    const big = JSON.stringify([{ snippet: 'x'.repeat(4_000_000), line_numbers: [1] }]);
    on('/download', { body: big });
    const batch = client
      .createPipeline('notes', ['parser'])
      .processMany(files, { localSaveDirectory: out, concurrency: 1 });
    let outputs = 0;
    for await (const result of batch) if (result.status === 'succeeded' && result.result.output) outputs++;
    expect(outputs).toBe(6);
    const { results } = await batch.all();
    const kept = results.map((result) => result.status === 'succeeded' && result.result.output !== null);
    expect(kept).toEqual([true, true, true, true, false, false]);
  });
});

describe('onFile', () => {
  it('hears of each file as it ends, and is waited for', async () => {
    const { client } = await batchService({ 'bad.txt': 'failed' });
    const { files } = await someFiles(4);
    const heard: string[] = [];
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
          heard.push(status);
        },
      })
      .all();
    expect(heard).toEqual(['succeeded', 'succeeded', 'succeeded', 'failed']);
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
  ])('that %s ends the batch with its own error', async (_how, fail) => {
    const { client, to } = await batchService();
    const { files } = await someFiles(4);
    const reason = new Error('the disk of the caller is full');
    const batch = client
      .createPipeline('notes', ['parser'])
      .processMany(files, { downloadOutput: false, concurrency: 1, onFile: () => fail(reason) });
    await expect(batch.all()).rejects.toBe(reason);
    expect(to('/upload')).toHaveLength(1);
  });
});
