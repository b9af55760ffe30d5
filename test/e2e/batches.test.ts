import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileResult } from 'millrace';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cuttingProxy } from '../support/cutting-proxy.js';
import { startLocalServer, type LocalServer } from '../support/local-server.js';

const text = (n: number): string => `The kettle number ${n} sang while rain kept time on the roof.\n`;

/** Functions that create files that no module can read, by what is wrong with them. */
const badFiles: Readonly<Record<string, (n: number) => [name: string, content: string]>> = {
  'a broken PDF': (n) => [`lease-${n}.pdf`, `%PDF-1.7\n${n} and nothing else`],
  'a broken document': (n) => [`letter-${n}.docx`, `PK\x03\x04 ${n} and nothing else`],
  'a film': (n) => [`film-${n}.mp4`, `\0\0\0\x20ftypisom${n}`],
  'an empty file': (n) => [`empty-${n}.txt`, ''],
  'an image in disguise': (n) => [`photo-${n}.txt`, `\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0${n}`],
};

let server: LocalServer;
let directory: string;
beforeAll(async () => {
  server = await startLocalServer();
  directory = await mkdtemp(join(tmpdir(), 'millrace-batches-'));
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

/** Writes files into a new directory and returns its path. */
async function writeFolder(name: string, files: Iterable<[name: string, content: string]>): Promise<string> {
  const path = join(directory, name);
  await mkdir(path);
  for (const [file, content] of files) await writeFile(join(path, file), Buffer.from(content, 'latin1'));
  return path;
}

const texts = (count: number): [string, string][] => Array.from({ length: count }, (_, n) => [`${n}.txt`, text(n)]);

it('a batch of 500 files, 17 of them bad in five ways, reports 17 failures with five reasons', async () => {
  const kinds = Object.values(badFiles);
  const broken = Array.from({ length: 17 }, (_, n) => (kinds[n % kinds.length] as (typeof kinds)[number])(n));
  const input = await writeFolder('mixed', [...texts(483), ...broken]);
  const client = server.connect();
  const notes = client.createPipeline('mixed', ['keyword-db']);
  const localSaveDirectory = join(directory, 'mixed-out');
  const summary = await notes.processMany({ glob: '*', cwd: input }, { localSaveDirectory }).all();
  expect(summary).toMatchObject({ succeeded: 483, failed: 17, skipped: 0 });
  expect(await readdir(localSaveDirectory)).toHaveLength(483);
  const { items } = await client.batches.list({ of: 'mixed' });
  expect(items).toHaveLength(1);
  const { batchId } = items[0]!;
  // the second watch starts after the batch has completed
  for (let n = 0; n < 2; n++) {
    let last = '';
    for await (const { state } of client.batches.watch(batchId)) last = state;
    expect(last).toBe('completed');
  }
  const batch = await client.batches.get(batchId);
  expect(batch.counts).toMatchObject({ total: 500, completed: 483, failed: 17, queued: 0, running: 0 });
  expect(batch.failures.map(({ count }) => count)).toEqual([4, 4, 3, 3, 3]);
  const runs = await client.runs.list({ batch: batchId, state: 'failed', count: true });
  expect(runs.total).toBe(batch.failures.reduce((sum, { count, step }) => sum + (step === null ? 0 : count), 0));
});

it('a batch processes every file once although its connections are cut during requests and events', async () => {
  const proxy = await cuttingProxy(server.url, ({ index }) =>
    // the first responses get through, so that the client knows the server
    index < 10 ? { direction: 'response', after: 4000 + 2000 * index, isReset: index % 2 === 1 } : undefined,
  );
  const input = await writeFolder('cut', texts(150));
  const client = server.connect({ apiUrl: proxy.url });
  const notes = client.createPipeline('cut', ['keyword-db']);
  const localSaveDirectory = join(directory, 'cut-out');
  const summary = await notes.processMany({ directory: input }, { localSaveDirectory, maxRetries: 50 }).all();
  const failed = summary.results.filter(
    (result): result is FileResult & { status: 'failed' } => result.status === 'failed',
  );
  expect(failed.map(({ error }) => error.message)).toEqual([]);
  expect(proxy.cuts()).toBeGreaterThan(3);
  const direct = server.connect();
  expect((await direct.runs.list({ of: 'cut', count: true })).total).toBe(150);
  expect(await readdir(localSaveDirectory)).toHaveLength(150);
});

it('a manifest continues an interrupted batch, and a later batch skips the files that are done', async () => {
  const input = await writeFolder('again', texts(40));
  const client = server.connect();
  const notes = client.createPipeline('again', ['keyword-db']);
  const options = { manifest: join(directory, 'again.jsonl'), localSaveDirectory: join(directory, 'again-out') };
  const stop = new AbortController();
  const interrupted = notes.processMany(
    { directory: input },
    { ...options, signal: stop.signal, onFile: () => stop.abort(new Error('interrupted')) },
  );
  await expect(interrupted.all()).rejects.toThrow('interrupted');
  const { failed } = await notes.processMany({ directory: input }, options).all();
  expect(failed).toBe(0);
  expect((await client.runs.list({ of: 'again', count: true })).total).toBe(40);
  const [first] = (await client.batches.list({ of: 'again' })).items;
  expect(first).toMatchObject({ closedAt: expect.any(String) as string, counts: { total: 40, skipped: 0 } });
  await writeFile(join(input, 'new.txt'), text(1000));
  await notes.processMany({ directory: input }, options).all();
  const { items } = await client.batches.list({ of: 'again' });
  expect(items).toMatchObject([{ counts: { total: 41, skipped: 40 } }, { batchId: first!.batchId }]);
});
