import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openDatabase, type MillraceDatabase } from '../../src/store/open-database.js';
import { onPostgres } from '../support/database/backend.js';
import { createTestDatabase, type TestDatabase } from '../support/database/test-database.js';

let database: TestDatabase;
let db: MillraceDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  db = await openDatabase(database.options);
});

afterAll(async () => {
  await db.close();
  await database.cleanup();
});

const patience = { timeout: 120_000 };

test('a listener receives only what is sent to its channel', async () => {
  const received: string[] = [];
  const stop = await db.listen('One "odd" channel', (payload) => received.push(payload));
  await db.query(`select pg_notify('other', 'no')`);
  await db.query(`select pg_notify('One "odd" channel', 'first')`);
  await db.query(`select pg_notify('One "odd" channel', 'zweite Nachricht ✓')`);
  await vi.waitFor(() => expect(received).toEqual(['first', 'zweite Nachricht ✓']), patience);
  await stop();
});

test('a listener receives the notifications of a transaction only when it commits', async () => {
  const received: string[] = [];
  const stop = await db.listen('commits', (payload) => received.push(payload));
  await expect(
    db.tx(async (tx) => {
      await tx.query(`select pg_notify('commits', 'rolled back')`);
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  await db.tx(async (tx) => {
    await tx.query(`select pg_notify('commits', 'committed')`);
    await tx.query('select 1');
    expect(received).toEqual([]);
  });
  await vi.waitFor(() => expect(received).toEqual(['committed']), patience);
  await stop();
});

test('every listener of a channel receives its notifications until it stops', async () => {
  const first: string[] = [];
  const second: string[] = [];
  const stopFirst = await db.listen('shared', (payload) => first.push(payload));
  const stopSecond = await db.listen('shared', (payload) => second.push(payload));
  await db.query(`notify shared, '1'`);
  await vi.waitFor(() => expect([first, second]).toEqual([['1'], ['1']]), patience);
  await stopFirst();
  await db.query(`notify shared, '2'`);
  await vi.waitFor(() => expect(second).toEqual(['1', '2']), patience);
  await stopSecond();
  await db.query(`notify shared, '3'`);
  // it may receive '3', because stopping does not wait until the database has stopped listening
  const third: string[] = [];
  const stopThird = await db.listen('shared', (payload) => third.push(payload));
  await db.query(`notify shared, '4'`);
  await vi.waitFor(() => expect(third).toContain('4'), patience);
  expect([first, second]).toEqual([['1'], ['1', '2']]);
  await stopThird();
});

test('a listener can use the database', async () => {
  const counts: unknown[] = [];
  const stop = await db.listen('asks', () => {
    void db.query('select 1 as n').then(({ rows }) => counts.push(rows[0]));
  });
  await db.tx(async (tx) => tx.query(`notify asks`));
  await vi.waitFor(() => expect(counts).toEqual([{ n: 1 }]), patience);
  await stop();
});

describe.runIf(onPostgres)('on a PostgreSQL server', () => {
  test('a listener listens again after its connection is lost, and reports the reconnection', async () => {
    const received: string[] = [];
    let reconnects = 0;
    const stop = await db.listen(
      'lost',
      (payload) => received.push(payload),
      () => (reconnects += 1),
    );
    const { affected } = await db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and query ilike 'listen%'`,
    );
    expect(affected).toBe(1);
    await vi.waitFor(() => expect(reconnects).toBe(1), patience);
    await db.query(`notify lost, 'after'`);
    await vi.waitFor(() => expect(received).toEqual(['after']), patience);
    await stop();
  });

  test('only the statement whose connection is lost fails', async () => {
    const asleep = expect(db.query('select pg_sleep(60), 17 as asleep')).rejects.toMatchObject({
      name: 'DatabaseUnavailableError',
      cause: { code: '57P01' },
    });
    await vi.waitFor(async () => {
      const { affected } = await db.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and query like '%17 as asleep%'`,
      );
      expect(affected).toBe(1);
    }, patience);
    await asleep;
    expect((await db.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
  });

  test('statements succeed again after all their connections are lost', async () => {
    await Promise.all([db.query('select 1'), db.query('select 1'), db.query('select 1')]);
    await db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and query not ilike 'listen%'`,
    );
    await vi.waitFor(async () => expect((await db.query('select 2 as n')).rows).toEqual([{ n: 2 }]), patience);
  });
});
