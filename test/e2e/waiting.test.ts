import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '@millrace/server';
import { afterEach, expect, test } from 'vitest';
import { Client, isMillraceError } from 'millrace';
import { bytes, startLocalServer } from '../support/local-server.js';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

test('another client attaches to a run by its id', async () => {
  const server = await startLocalServer();
  cleanups.push(() => server.close());
  const first = server.connect().createPipeline('handed-over', ['parser']);
  const run = await first.start(bytes('One. Two.'), { fileName: 'a.txt' });
  expect(run.requestId).toBe(run.id);
  expect(run).not.toHaveProperty('then');

  const attached = server.connect().createPipeline('handed-over', ['parser']).attach(run.id);
  const done = await attached.wait({ localSaveDirectory: server.out });
  expect(done.fileId).toBe(run.fileId);
  expect(done.output).toHaveLength(2);
  const types: string[] = [];
  for await (const event of attached) types.push(event.type);
  expect(types.at(-1)).toBe('succeeded');
});

test('a wait timeout does not stop the run, and another wait continues after a server restart', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-e2e-'));
  cleanups.push(() => rm(directory, { recursive: true, force: true }));
  const settings = { dataDir: directory, port: await freePort(), graceSeconds: 1 };
  // without a worker, the run never starts
  const idle = await startServer({ ...settings, worker: false });
  const client = new Client({ apiUrl: idle.url, apiKey: idle.apiKey });
  const pipeline = client.createPipeline('patient', ['parser']);
  const failure = await pipeline
    .process(bytes('One. Two.'), { fileName: 'a.txt', waitTimeout: 300 })
    .catch((error: unknown) => error);
  await idle.close();
  if (!isMillraceError(failure, 'wait_timeout')) throw failure;
  expect(failure.message).toContain(`.attach('${failure.requestId}')`);

  const working = await startServer(settings);
  cleanups.push(() => working.close());
  expect(working.apiKey).toBe(idle.apiKey);
  const done = await pipeline.attach(failure.requestId).wait({ localSaveDirectory: join(directory, 'out') });
  expect(done.output).toHaveLength(2);
  await client.close();
});

test('a wait survives a server restart', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-e2e-'));
  cleanups.push(() => rm(directory, { recursive: true, force: true }));
  const settings = { dataDir: directory, port: await freePort(), graceSeconds: 1 };
  const idle = await startServer({ ...settings, worker: false });
  const client = new Client({ apiUrl: idle.url, apiKey: idle.apiKey });
  cleanups.push(async () => client.close());
  const run = await client
    .createPipeline('outlived', ['parser'])
    .process(bytes('One.'), { fileName: 'a.txt', waitForProcess: false });
  const waiting = run.wait({ localSaveDirectory: false });
  await idle.close();
  const working = await startServer(settings);
  cleanups.push(() => working.close());
  await expect(waiting).resolves.toMatchObject({ fileId: run.fileId });
});

test('cancel stops the run; an abort stops only the wait', async () => {
  const server = await startLocalServer({ worker: false });
  cleanups.push(() => server.close());
  const pipeline = server.connect().createPipeline('stopped', ['parser']);
  const run = await pipeline.process(bytes('One.'), { fileName: 'a.txt', waitForProcess: false });

  const abort = new AbortController();
  const reason = new Error('the user went away');
  const waiting = run.wait({ signal: abort.signal, localSaveDirectory: false });
  setTimeout(() => abort.abort(reason), 50);
  await expect(waiting).rejects.toBe(reason);
  expect((await run.status()).state).toBe('pending');

  await run.cancel();
  expect(await run.status()).toMatchObject({ state: 'cancelled', overallStatus: 'failed' });
  await expect(run.wait()).rejects.toSatisfy((error) => isMillraceError(error, 'process_failed'));
});

test('unknown, deleted and expired runs are reported as not found, never as pending', async () => {
  let elapsed = 0;
  const server = await startLocalServer({ clock: { now: () => new Date(Date.now() + elapsed) } });
  cleanups.push(() => server.close());
  const pipeline = server.connect().createPipeline('gone', ['parser']);
  const options = { expireTime: 600, localSaveDirectory: false } as const;
  const deleted = await pipeline.process(bytes('One.'), { fileName: 'a.txt', ...options });
  const expired = await pipeline.process(bytes('One.'), { fileName: 'b.txt', ...options });
  expect(await pipeline.processStatus(expired.requestId)).toMatchObject({ state: 'completed' });
  await pipeline.delete(deleted.fileId);
  elapsed = 601_000;
  for (const requestId of [deleted.requestId, expired.requestId, '00000000-0000-4000-8000-000000000000']) {
    await expect(pipeline.processStatus(requestId)).rejects.toMatchObject({ name: 'NotFoundError' });
    await expect(pipeline.attach(requestId).wait()).rejects.toMatchObject({ name: 'NotFoundError' });
  }
});
