import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase, type MillraceDatabase } from '../../src/store/open-database.js';
import { runForCaller, StatementStoppedError } from '../../src/store/db/caller.js';
import { onPostgres } from '../support/database/backend.js';
import { createTestDatabase, type TestDatabase } from '../support/database/test-database.js';

let database: TestDatabase;
let db: MillraceDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  db = await openDatabase(database.options);
  await db.query('create table item (n int)');
});

beforeEach(async () => {
  await db.query('truncate item');
});

afterAll(async () => {
  await db.close();
  await database.cleanup();
});

async function items(): Promise<unknown[]> {
  return (await db.query<{ n: number }>('select n from item order by n')).rows.map(({ n }) => n);
}

test('commits the work and returns its result', async () => {
  const result = await db.tx(async (tx) => {
    await tx.query('insert into item values (1)');
    await tx.query('insert into item values (2)');
    return 'done';
  });
  expect(result).toBe('done');
  expect(await items()).toEqual([1, 2]);
});

test('rolls everything back when the work throws, and rethrows the error', async () => {
  const failure = new Error('no');
  const tx = db.tx(async (transaction) => {
    await transaction.query('insert into item values (1)');
    throw failure;
  });
  await expect(tx).rejects.toBe(failure);
  expect(await items()).toEqual([]);
});

test('rejects when a statement failed, even if the work ignored it', async () => {
  const tx = db.tx(async (transaction) => {
    await transaction.query('insert into item values (1)');
    await transaction.query('select 1/0').catch(() => undefined);
  });
  await expect(tx).rejects.toThrow(/rolled back/);
  expect(await items()).toEqual([]);
});

test('refuses db.query, db.tx and db.listen inside a transaction', async () => {
  await db.tx(async () => {
    await expect(db.query('select 1')).rejects.toThrow(/db\.query\(\) not to be called inside db\.tx\(\)/);
    await expect(db.tx(async () => undefined)).rejects.toThrow(/db\.tx\(\) not to be called inside/);
    await expect(db.listen('x', () => undefined)).rejects.toThrow(/db\.listen\(\) not to be called inside/);
  });
});

test('refuses db.query in functions that the work awaits', async () => {
  const deep = async (): Promise<unknown> => {
    await sleep(1);
    return db.query('select 1');
  };
  await expect(db.tx(async () => deep())).rejects.toThrow(/not to be called inside/);
});

test('allows db.query after the transaction in a function that the work started', async () => {
  let later: Promise<unknown> = Promise.resolve();
  const { promise: ended, resolve: end } = withResolvers();
  await db.tx(async (tx) => {
    await tx.query('select 1');
    later = ended.then(() => db.query('insert into item values (7)'));
  });
  end();
  await later;
  expect(await items()).toEqual([7]);
});

test('serves other callers while a transaction is open', async () => {
  const order: string[] = [];
  await Promise.all([
    db.tx(async (tx) => {
      await tx.query('insert into item values (1)');
      order.push('first');
    }),
    db.tx(async (tx) => {
      await tx.query('insert into item values (2)');
      order.push('second');
    }),
    db.query('insert into item values (3)'),
  ]);
  expect(order.sort()).toEqual(['first', 'second']);
  expect(await items()).toEqual([1, 2, 3]);
});

test('runs the statements of a transaction in the order they were sent', async () => {
  await db.tx(async (tx) => {
    await Promise.all([
      tx.query('insert into item values (1)'),
      tx.query('update item set n = n + 10'),
      tx.query('update item set n = n * 2'),
    ]);
  });
  expect(await items()).toEqual([22]);
});

test('rejects statements of a transaction that has ended', async () => {
  const leaked = await db.tx(async (tx) => tx);
  await expect(leaked.query('insert into item values (1)')).rejects.toThrow(/has ended/);
});

test('rolls back a transaction that a failing script began', async () => {
  await expect(db.query('begin; insert into item values (1); select 1/0; commit')).rejects.toMatchObject({
    code: '22012',
  });
  await db.query('insert into item values (2)');
  expect(await items()).toEqual([2]);
});

test('commits a transaction that need not be durable', async () => {
  const setting = await db.tx(
    async (tx) => {
      await tx.query('insert into item values (5)');
      return (await tx.query<{ synchronous_commit: string }>('show synchronous_commit')).rows[0]?.synchronous_commit;
    },
    { durable: false },
  );
  expect(setting).toBe('off');
  expect(await items()).toEqual([5]);
  expect((await db.query('show synchronous_commit')).rows).toEqual([{ synchronous_commit: 'on' }]);
});

test('rejects statements after it is closed', async () => {
  const ownDatabase = await createTestDatabase();
  const closed = await openDatabase(ownDatabase.options);
  await closed.close();
  await expect(closed.query('select 1')).rejects.toThrow(/it was closed/);
  await closed.close();
  await ownDatabase.cleanup();
});

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

describe("a caller's statements", () => {
  const caller = {
    account: 'a',
    keyId: 'k',
    keyName: 'k',
    address: null,
    statementTimeoutMs: 600_000,
    hasDisconnected: () => false,
  };

  test.runIf(onPostgres)('are stopped when the client has disconnected', async () => {
    let isGone = false;
    const running = runForCaller({ ...caller, hasDisconnected: () => isGone }, () => db.query('select pg_sleep(600)'));
    isGone = true;
    await expect(running).rejects.toThrow(StatementStoppedError);
    expect(await items()).toEqual([]);
  });

  test.runIf(onPostgres)('are stopped after the time limit, and their transaction is rolled back', async () => {
    const slow = runForCaller({ ...caller, statementTimeoutMs: 1 }, () =>
      db.tx(async (tx) => {
        await tx.query('insert into item values (1)');
        await tx.query('select pg_sleep(600)');
      }),
    );
    await expect(slow).rejects.toThrow(/worked on this request for more than/);
    expect(await items()).toEqual([]);
  });

  test('alternate with those of other accounts, however many one account sends', async () => {
    // opens all connections, because a new one would take longer than all the statements
    await Promise.all(Array.from({ length: 60 }, () => db.query('select 1')));
    const order: string[] = [];
    const runTransaction = (account: string) =>
      runForCaller({ ...caller, account }, () =>
        db.tx(async (tx) => {
          await tx.query('select 1');
          order.push(account);
        }),
      );
    await Promise.all([...Array.from({ length: 60 }, () => runTransaction('greedy')), runTransaction('modest')]);
    expect(order.indexOf('modest')).toBeLessThan(20);
  });

  test('are not run if the client disconnects while they wait', async () => {
    let isGone = false;
    const greedy = { ...caller, account: 'greedy', hasDisconnected: () => isGone };
    const statements = Array.from({ length: 30 }, () =>
      runForCaller(greedy, () => db.query('insert into item values (1)')),
    );
    isGone = true;
    const failed = (await Promise.allSettled(statements)).filter(({ status }) => status === 'rejected');
    expect(await items()).toHaveLength(30 - failed.length);
    expect(failed.length).toBeGreaterThanOrEqual(20);
  });
});
