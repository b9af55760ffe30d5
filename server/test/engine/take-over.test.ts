import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BulkJobStatus } from 'millrace/shared/types/bulk.js';
import { beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { startServer, startWorker } from '../../src/index.js';
import { openDatabase } from '../../src/store/open-database.js';
import { onPostgres } from '../support/database/backend.js';
import { blobFiles } from '../support/blob-files.js';
import { HostedClient } from '../support/clients/hosted-client.js';
import { moduleProcesses, pauseModules, resumeModules } from '../support/module-processes.js';
import { startServerProcess } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/database/test-database.js';
import { startTestServer } from '../support/test-server.js';

const chain = ['parser', 'json-to-txt'];

describe.runIf(onPostgres)('several servers on one database', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
    // runs after the test has ended its servers, which `afterEach` does not
    onTestFinished(() => database.cleanup());
  });

  it('can start at the same time, even on an empty database', async () => {
    const options = { ...database.options, port: 0, worker: false };
    const servers = await Promise.all(Array.from({ length: 5 }, () => startServer(options)));
    try {
      // each server accepts the keys of the others, and all keys belong to one account
      const responses = await Promise.all(
        servers.map(({ apiKey }, i) => new HostedClient(servers[(i + 1) % 5]!.url, apiKey).capCheck()),
      );
      expect(new Set(responses.map(({ body }) => body.user_id)).size).toBe(1);
    } finally {
      await Promise.all(servers.map((server) => server.close()));
    }
  });

  it('share the work, and one finishes the files of another that is killed', async () => {
    const [first, second] = await Promise.all([
      startServerProcess({ ...database.options, concurrency: 2 }),
      startServerProcess({ ...database.options, concurrency: 2 }),
    ]);
    const files = await Promise.all(
      Array.from({ length: 40 }, (_, i) => first.client.add('shared', chain, `Part ${i}. And no more.`)),
    );
    const { client, v1 } = second;
    const used = async () => (await client.capCheck()).body.units_used;
    await expect.poll(used).toBeGreaterThan(4);
    await first.kill();
    for (const [i, file] of files.entries()) {
      expect((await v1.run(file.processId, '?wait=60')).body.state).toBe('completed');
      expect((await client.download(file)).toString()).toBe(`Part ${i}.\nAnd no more.`);
    }
    expect(await used()).toBe(40);
    expect((await client.list('shared')).body.items).toHaveLength(40);
  });

  it('leave the work to workers without HTTP', async () => {
    const options = { ...database.options, logLevel: 'error' as const };
    const server = await startServer({ ...options, port: 0, worker: false });
    const client = new HostedClient(server.url, server.apiKey);
    const file = await client.add('worker', chain, 'Done by another. Not by me.');
    const workers = await Promise.all([startWorker(options), startWorker({ ...options, modules: ['parser'] })]);
    try {
      expect((await client.settle(file)).failure_status).toBeNull();
      expect((await client.download(file)).toString()).toBe('Done by another.\nNot by me.');
    } finally {
      await Promise.all(workers.map((worker) => worker.close()));
      await server.close();
    }
  });

  it('ignore the result of a server whose lease expired while it was suspended', async () => {
    const first = await startServerProcess({ ...database.options, concurrency: 1 });
    await first.client.complete('warm', chain, 'Warm up.');
    const modules = await pauseModules(first.pid);
    const file = await first.client.add('fenced', chain, 'Slow. Very slow.');
    await expect.poll(async () => (await first.v1.run(file.processId)).body.state).toBe('running');
    process.kill(first.pid, 'SIGSTOP');

    const second = await startServerProcess({ ...database.options, concurrency: 1 });
    const { body } = await second.v1.run(file.processId, '?wait=60');
    expect(body.state).toBe('completed');
    expect(body.tasks.map((task) => task.attempt)).toEqual([2, 1]);
    const finished = await second.v1.run(file.processId);
    const blobs = await blobFiles(database.options.dataDir);

    process.kill(first.pid, 'SIGCONT');
    resumeModules(modules);
    // the first server has abandoned its step once its scratch directory is gone
    await expect.poll(() => readdir(join(database.options.dataDir, 'tmp'))).toEqual([]);
    expect((await second.v1.run(file.processId)).body).toEqual(finished.body);
    expect((await second.client.capCheck()).body.units_used).toBe(2);
    expect((await first.client.download(file)).toString()).toBe('Slow.\nVery slow.');
    await expect
      .poll(async () => (await blobFiles(database.options.dataDir)).filter((blob) => !blobs.includes(blob)))
      .toEqual([]);
  });

  it('accept the upload, a long poll and the cancellation of one run at different servers', async () => {
    const [first, second] = await Promise.all([
      startServerProcess({ ...database.options, worker: false }),
      startServerProcess({ ...database.options, worker: false }),
    ]);
    const file = await first.client.add('either', chain, 'Here and there.');
    const waiting = second.v1.run(file.processId, '?wait=60');
    const { body: since } = await second.v1.run(file.processId, '?wait=0.2');
    expect(since.state).toBe('pending');
    await first.v1.cancel(file.processId);
    expect((await waiting).body.state).toBe('cancelled');
    const third = await startServerProcess({ ...database.options, concurrency: 1 });
    const later = await first.client.complete('either later', chain, 'Done elsewhere.');
    expect((await second.client.download(later)).toString()).toBe('Done elsewhere.');
    expect(await moduleProcesses(first.pid)).toEqual([]);
    expect(await moduleProcesses(third.pid)).toHaveLength(1);
  });

  it('run a bulk job once: each can stop it, and continue it when another is killed', async () => {
    const [first, second] = await Promise.all([
      startServerProcess({ ...database.options, worker: false }),
      startServerProcess({ ...database.options, worker: false }),
    ]);
    const { body: started } = await first.v1.post<{ items: { requestId: string }[] }>('/v1/runs', {
      runs: Array.from({ length: 100 }, () => ({ of: 'mill' })),
    });
    const ids = started.items.map(({ requestId }) => requestId);
    const createJob = async (action: string) =>
      (await first.v1.post<BulkJobStatus>('/v1/runs/bulk', { action, ids })).body.id;
    const readJob = async (id: string) => (await second.v1.get<BulkJobStatus>(`/v1/bulk/${id}`)).body;
    const waitUntilEnded = async (id: string) => {
      await expect.poll(async () => (await readJob(id)).state).not.toBe('running');
      return readJob(id);
    };

    const stopped = await createJob('cancel');
    await second.v1.call('DELETE', `/v1/bulk/${stopped}`);
    expect(await waitUntilEnded(stopped)).toMatchObject({ state: 'stopped' });
    const { done } = await waitUntilEnded(stopped);
    expect(done).toBeLessThan(100);
    const alreadyEnded = done === 0 ? [] : [{ reason: 'it has already ended', count: done }];
    expect(await waitUntilEnded(await createJob('cancel'))).toMatchObject({
      succeeded: 100 - done,
      refused: alreadyEnded,
    });

    const rerun = await createJob('rerun');
    await first.kill();
    expect(await waitUntilEnded(rerun)).toMatchObject({ state: 'completed', done: 100, succeeded: 100 });
    const { items } = (await second.v1.runs('?state=pending&limit=1000')).body;
    expect(items.map(({ rerunOf }) => rerunOf).sort()).toEqual(ids.toSorted());
  });
});

describe.runIf(onPostgres)('a worker or server whose data directory does not belong to its database', () => {
  it('refuses to start, says what to do, and leaves the directory unchanged', async () => {
    const server = await startTestServer({ worker: false });
    onTestFinished(() => server.close());
    const notMounted = await mkdtemp(join(tmpdir(), 'millrace-not-mounted-'));
    onTestFinished(() => rm(notMounted, { recursive: true }));
    const options = { databaseUrl: server.databaseUrl!, logLevel: 'off' } as const;

    for (const start of [startWorker, startServer]) {
      await expect(
        start({ ...options, dataDir: notMounted, ...(start === startServer && { port: 0 }) }),
      ).rejects.toThrow(/Mount the directory that the other servers and workers use/);
    }
    expect(await readdir(notMounted)).not.toContain('store-id');
    // with the file of the right directory, the worker starts
    await copyFile(join(server.dataDir, 'store-id'), join(notMounted, 'store-id'));
    await (await startWorker({ ...options, dataDir: notMounted })).close();
  });
});

it.runIf(onPostgres)('opening a database that does not exist fails, and the error says how to create it', async () => {
  const url = new URL(inject('postgres')!.url);
  url.pathname = '/nowhere';
  await expect(openDatabase({ databaseUrl: url.href, dataDir: '/unused' })).rejects.toThrow(
    /has none called "nowhere"\. Create it/,
  );
});
