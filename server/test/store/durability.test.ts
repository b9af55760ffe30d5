import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPgliteDatabase, type PgliteDatabase } from '../../src/store/embedded/pglite-database.js';
import { PgliteStream } from '../../src/store/embedded/pglite-stream.js';
import { assertSynced } from '../../src/store/embedded/start-pglite.js';
import { onPglite } from '../support/database/backend.js';
import { newCluster } from '../support/database/new-cluster.js';

const thread = new URL('../../dist/pglite-thread.js', import.meta.url);
let directory: string;
let database: PgliteDatabase;

describe.runIf(onPglite)('the embedded database', () => {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'millrace-durable-'));
    database = await openPgliteDatabase(await newCluster(join(directory, 'pg')));
    await database.db.query('create table kept (n int)');
  });

  afterAll(async () => {
    await database.db.close();
    await rm(directory, { recursive: true, force: true });
  });

  test('syncs to disk at each commit', async () => {
    const before = await database.getSyncCount();
    for (let n = 0; n < 100; n += 1) await database.db.query('insert into kept values ($1)', [n]);
    expect((await database.getSyncCount()) - before).toBeGreaterThanOrEqual(100);
  });

  test('does not sync to disk for a transaction that need not be durable', async () => {
    const before = await database.getSyncCount();
    for (let n = 0; n < 100; n += 1) {
      await database.db.tx((tx) => tx.query('insert into kept values ($1)', [n]), { durable: false });
    }
    expect((await database.getSyncCount()) - before).toBeLessThan(10);
  });

  test('syncs the files of its tables at a checkpoint', async () => {
    const before = await database.getSyncCount();
    await database.db.query('checkpoint');
    expect((await database.getSyncCount()) - before).toBeGreaterThanOrEqual(3);
  });

  test('refuses to start when commits are not synced to disk', async () => {
    // the file system that PGlite ships with does not sync
    const pglite = await PGlite.create();
    await expect(assertSynced(pglite, { syncCount: 0 })).rejects.toThrow(/to be synced to disk, got 0 syncs/);
    expect(pglite.closed).toBe(true);
  });

  test('stops, and does not acknowledge the commit, when a sync fails', async () => {
    const failing = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(thread, {
      workerData: { directory: await newCluster(join(directory, 'failing')), failing },
      execArgv: ['--import', `data:text/javascript,${encodeURIComponent(failingSync)}`],
    });
    const waitForMessage = (type: string): Promise<unknown> =>
      new Promise((resolve) =>
        worker.on('message', (message: { type?: string }) => {
          if (message.type === type) resolve(message);
        }),
      );
    worker.postMessage({ open: undefined });
    await waitForMessage('ready');
    const stopped = waitForMessage('stopped');
    const exited = once(worker, 'exit');
    const client = new pg.Client({ user: 'postgres', database: 'postgres', stream: () => new PgliteStream(worker) });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('create table fate (n int)');

    Atomics.store(failing, 0, 1);
    const commit = client.query('insert into fate values (1)').then(() => 'acknowledged');
    expect(await Promise.race([commit, stopped])).toMatchObject({
      reason: expect.stringContaining('disk on fire') as string,
    });
    await exited;
  });

  test('fails every statement after it has stopped, and says why', async () => {
    const path = await newCluster(join(directory, 'stopped'));
    const { promise: failure, resolve: onFailure } = withResolvers<Error>();
    const { db } = await openPgliteDatabase(path, { onFailure });
    await rm(join(path, 'pg_wal'), { recursive: true });
    const lost = Promise.all([db.query('select pg_switch_wal()'), db.query('create table t (n int)')]);
    await expect(lost).rejects.toThrow(/it stopped: .*PANIC/);
    expect((await failure).message).toMatch(/it stopped: .*PANIC/);
    await expect(db.query('select 1')).rejects.toThrow();
    await db.close();
  });

  test('does not block the event loop while a statement runs', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await database.db.query('select count(*) from generate_series(1, 3000000)');
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });

  test('rejects values and calls that are nested too deeply for its stack, and keeps running', async () => {
    const nested = '['.repeat(200_000) + ']'.repeat(200_000);
    await expect(database.db.query('select $1::jsonb as nested', [nested])).rejects.toMatchObject({ code: '54001' });
    await database.db.query(`create function deeper(n int) returns int language plpgsql as $$
      begin return deeper(n + 1); end $$`);
    await expect(database.db.query('select deeper(1)')).rejects.toMatchObject({ code: '54001' });
    expect((await database.db.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
  });
});

/** Runs in the thread before the database starts. Makes syncs fail once a test sets `failing`. */
const failingSync = `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  import { workerData } from 'node:worker_threads';
  const { fsyncSync } = fs;
  fs.fsyncSync = (descriptor) => {
    if (Atomics.load(workerData.failing, 0) === 1) throw Object.assign(new Error('disk on fire'), { code: 'EIO' });
    return fsyncSync(descriptor);
  };
  syncBuiltinESMExports();`;

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}
