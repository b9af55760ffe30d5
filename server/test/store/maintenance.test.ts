import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { EmbeddedMaintenance } from '../../src/store/embedded/embedded-maintenance.js';
import { openPgliteDatabase } from '../../src/store/embedded/pglite-database.js';
import type { PoolDb } from '../../src/store/db/pool-db.js';
import { onPglite } from '../support/database/backend.js';
import { newCluster } from '../support/database/new-cluster.js';

let directory: string;
let db: PoolDb;

const megabyte = 1024 * 1024;
const patience = { timeout: 120_000, interval: 20 };

async function readCheckpoint(): Promise<unknown> {
  return (await db.query('select redo_lsn from pg_control_checkpoint()')).rows;
}

async function countLogBytes(): Promise<number> {
  const path = join(directory, 'pg', 'pg_wal');
  const sizes = (await readdir(path, { withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(async ({ name }) => (await stat(join(path, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Returns how many bytes of log have been written since the database was created. */
async function readLogPosition(): Promise<number> {
  const { rows } = await db.query<{ bytes: number }>(`select (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint as bytes`);
  return rows[0]!.bytes;
}

/** Writes some megabytes of log, and leaves as many megabytes of dead rows. */
async function churn(): Promise<void> {
  await db.query(`update busy set filler = repeat(md5(random()::text), 20)`);
}

async function readTableBytes(): Promise<number> {
  return (await db.query<{ size: number }>(`select pg_relation_size('busy') as size`)).rows[0]!.size;
}

describe.runIf(onPglite)('the maintenance of the embedded database', () => {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'millrace-maintenance-'));
    ({ db } = await openPgliteDatabase(await newCluster(join(directory, 'pg'))));
    await db.query('create table busy (n int, filler text)');
    await db.query(`insert into busy select n, repeat(md5(n::text), 20) from generate_series(1, 6000) n`);
  });

  afterAll(async () => {
    await db.close();
    await rm(directory, { recursive: true, force: true });
  });

  test('limits the size of the log', async () => {
    const maintenance = new EmbeddedMaintenance(db, {
      checkpointIntervalMs: 3_600_000,
      checkIntervalMs: 20,
      vacuumIntervalMs: 3_600_000,
    });
    maintenance.start();
    while ((await readLogPosition()) < 300 * megabyte) await churn();
    await vi.waitFor(async () => expect(await countLogBytes()).toBeLessThan(150 * megabyte), patience);
    await maintenance.stop();
  });

  test('makes a checkpoint only if the log has grown', async () => {
    const maintenance = new EmbeddedMaintenance(db, {
      checkpointIntervalMs: 0,
      checkIntervalMs: 20,
      vacuumIntervalMs: 3_600_000,
    });
    await db.query('insert into busy values (0, null)');
    const before = await readCheckpoint();
    maintenance.start();
    await vi.waitFor(async () => expect(await readCheckpoint()).not.toEqual(before), patience);
    const after = await readCheckpoint();
    const query = vi.spyOn(db, 'query');
    const countChecks = (): number =>
      query.mock.calls.filter(([sql]) => sql.includes('pg_current_wal_insert_lsn')).length;
    await vi.waitFor(() => expect(countChecks()).toBeGreaterThanOrEqual(5), patience);
    expect(query.mock.calls.filter(([sql]) => sql === 'checkpoint')).toEqual([]);
    query.mockRestore();
    expect(await readCheckpoint()).toEqual(after);
    await maintenance.stop();
  });

  test('continues if the system clock is set back', async () => {
    const times = { checkpointIntervalMs: 10, checkIntervalMs: 10, vacuumIntervalMs: 10 };
    const maintenance = new EmbeddedMaintenance(db, times);
    const vacuum = vi.spyOn(maintenance, 'vacuum');
    maintenance.start();
    const clock = vi.spyOn(Date, 'now').mockReturnValue(0);
    onTestFinished(() => clock.mockRestore());
    const before = await readCheckpoint();
    await db.query('insert into busy values (0, null)');
    await vi.waitFor(async () => expect(await readCheckpoint()).not.toEqual(before), patience);
    await vi.waitFor(() => expect(vacuum).toHaveBeenCalled(), patience);
    await maintenance.stop();
  });

  test('makes the space of dead rows reusable', async () => {
    const maintenance = new EmbeddedMaintenance(db);
    await churn();
    await maintenance.vacuum();
    const size = await readTableBytes();
    for (let round = 0; round < 5; round += 1) {
      await churn();
      await maintenance.vacuum();
    }
    expect(await readTableBytes()).toBeLessThan(size * 1.5);
    const { rows } = await db.query(
      `select last_vacuum is not null as vacuumed, last_analyze is not null as analyzed
       from pg_stat_user_tables where relname = 'busy'`,
    );
    expect(rows).toEqual([{ vacuumed: true, analyzed: true }]);
  });

  test('does not vacuum a table that has hardly changed', async () => {
    const maintenance = new EmbeddedMaintenance(db);
    await maintenance.vacuum();
    await db.query('insert into busy values (1, null)');
    const query = vi.spyOn(db, 'query');
    await maintenance.vacuum();
    expect(query.mock.calls.map(([sql]) => sql).filter((sql) => sql.startsWith('vacuum'))).toEqual([]);
    query.mockRestore();
  });

  test('continues after a failure, until it is stopped', async () => {
    const maintenance = new EmbeddedMaintenance(db, {
      checkpointIntervalMs: 0,
      checkIntervalMs: 10,
      vacuumIntervalMs: 3_600_000,
    });
    const query = vi.spyOn(db, 'query').mockRejectedValueOnce(new Error('once'));
    const warning = vi.spyOn(process, 'emitWarning').mockReturnValue();
    maintenance.start();
    await vi.waitFor(() => expect(query.mock.calls.length).toBeGreaterThanOrEqual(3), patience);
    await maintenance.stop();
    expect(warning.mock.calls).toEqual([[expect.stringContaining('will be retried: Error: once')]]);
    warning.mockRestore();
    const calls = query.mock.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(query.mock.calls.length).toBe(calls);
    query.mockRestore();
  });
});
