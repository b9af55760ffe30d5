import type pg from 'pg';
import { Turns, watchStatement, type Caller } from './caller.js';
import { DatabaseUnavailableError, explainUnavailable } from './database-unavailable.js';
import type { Db, Queryable, Rows, TxOptions } from './db.js';
import type { Notifications } from './notifications.js';
import { PreparedStatements } from './prepared-statements.js';
import { TransactionGuard } from './transaction-guard.js';

interface PoolDbParts {
  readonly backend: Db['backend'];
  readonly pool: pg.Pool;
  readonly notifications: Notifications;
  /** Maximum number of connections that one account's requests use at once. */
  readonly connectionsPerAccount: number;
  /** Cancels the statement that a connection runs. Omitted if the backend cannot do so. */
  readonly cancel?: (processId: number) => Promise<void>;
  /** Called when closing starts, while the database still accepts statements. */
  readonly beforeClose?: () => Promise<void>;
  /** Called after the last connection has been released. */
  readonly onClose: () => Promise<void>;
}

/**
 * Sets up each new connection so that both backends format values identically, and without just-in-time compilation, which takes
 * longer than the statements here. The pool awaits the returned promise, despite its types.
 */
export const setUpSession = ((client) =>
  client.query(`set datestyle to 'ISO'; set timezone to 'UTC'; set intervalstyle to 'postgres'; set jit to off`)) as (
  client: pg.ClientBase,
) => void;

const deadlockDetected = '40P01';

/** Implements `Db` with a node-postgres connection pool, which has one connection if the database is embedded. */
export class PoolDb implements Db {
  readonly backend: Db['backend'];
  readonly #pool: pg.Pool;
  readonly #notifications: Notifications;
  readonly #guard = new TransactionGuard();
  readonly #prepared = new PreparedStatements();
  readonly #parts: PoolDbParts;
  readonly #turns: Turns;
  #closing: Promise<void> | undefined;
  #closed = false;

  constructor(parts: PoolDbParts) {
    this.backend = parts.backend;
    this.#pool = parts.pool;
    this.#notifications = parts.notifications;
    this.#parts = parts;
    this.#turns = new Turns(parts.connectionsPerAccount);
  }

  async query<R>(sql: string, params?: readonly unknown[]): Promise<Rows<R>> {
    this.#guard.refuseInside('query');
    return this.#turns.take((caller) =>
      this.#onConnection(caller, /^\s*select\b/i.test(sql), async (client) => {
        let failed = true;
        try {
          const rows = await run<R>(client, this.#prepared, sql, params);
          failed = false;
          return rows;
        } catch (error) {
          throw explainUnavailable(error, true);
        } finally {
          if (failed) await settle(client);
        }
      }),
    );
  }

  async tx<T>(work: (tx: Queryable) => Promise<T>, options: TxOptions = {}): Promise<T> {
    this.#guard.refuseInside('tx');
    try {
      return await this.#transact(work, options);
    } catch (error) {
      // PostgreSQL rolled this transaction back so that another one could proceed
      const cause: unknown = error instanceof DatabaseUnavailableError ? error.cause : error;
      if ((cause as { code?: unknown } | undefined)?.code !== deadlockDetected) throw error;
      return this.#transact(work, options);
    }
  }

  async listen(
    channel: string,
    onPayload: (payload: string) => void,
    onReconnect?: () => void,
  ): Promise<() => Promise<void>> {
    this.#guard.refuseInside('listen');
    return this.#notifications.listen(channel, onPayload, onReconnect);
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      if (this.#parts.beforeClose) await this.#parts.beforeClose();
      this.#closed = true;
      try {
        await this.#notifications.close();
        await this.#pool.end();
      } finally {
        await this.#parts.onClose();
      }
    })();
    return this.#closing;
  }

  #transact<T>(work: (tx: Queryable) => Promise<T>, { durable = true }: TxOptions): Promise<T> {
    return this.#turns.take((caller) =>
      this.#onConnection(caller, false, async (client) => {
        // `begin` is pipelined with the first statement, and fails only if the connection fails
        const begun = client.query(durable ? 'begin' : 'begin; set local synchronous_commit = off');
        begun.catch(() => undefined);
        const transaction = new Transaction(client, this.#prepared);
        let result: T;
        try {
          result = await this.#guard.run(() => work(transaction));
        } finally {
          await transaction.close();
        }
        await begun;
        const { command } = await client.query('commit').catch((error: unknown) => {
          throw explainUnavailable(error, true);
        });
        // if a statement in the transaction failed, PostgreSQL responds to COMMIT with ROLLBACK
        if (command === 'COMMIT') return result;
        throw new Error(
          'Expected the transaction to commit, but it was rolled back because one of its statements had failed.',
        );
      }),
    );
  }

  /** Runs work on a connection, which it stops if the caller's limits are exceeded. */
  async #onConnection<T>(
    caller: Caller | undefined,
    isSelect: boolean,
    work: (client: pg.PoolClient) => Promise<T>,
  ): Promise<T> {
    const client = await this.#connect();
    const { cancel } = this.#parts;
    const { processID } = client as { processID?: number };
    const watch =
      caller && cancel && processID != null ? watchStatement(caller, isSelect, () => cancel(processID)) : undefined;
    try {
      return await work(client).catch(async (error: unknown) => {
        throw (await watch?.end()) ?? error;
      });
    } finally {
      const stopped = await watch?.end();
      // a cancellation may still arrive, so it must not find the next statement
      if (stopped) client.release(stopped);
      else await release(client);
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    if (this.#closed) {
      throw new DatabaseUnavailableError('Expected the database to be open, but it was closed.', { reason: 'closed' });
    }
    return this.#pool.connect().catch((error: unknown) => {
      throw explainUnavailable(error, false);
    });
  }
}

class Transaction implements Queryable {
  readonly #client: pg.PoolClient;
  readonly #prepared: PreparedStatements;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(client: pg.PoolClient, prepared: PreparedStatements) {
    this.#client = client;
    this.#prepared = prepared;
  }

  /** Runs statements in call order. They are pipelined, so each is sent while earlier ones are still running. */
  async query<R>(sql: string, params?: readonly unknown[]): Promise<Rows<R>> {
    if (this.#closed) throw new Error('Expected the transaction to be open, but it has ended.');
    const result = run<R>(this.#client, this.#prepared, sql, params).catch((error: unknown) => {
      throw explainUnavailable(error, false);
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Rejects new statements, and waits for running ones to finish. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
  }
}

async function run<R>(
  client: pg.PoolClient,
  prepared: PreparedStatements,
  sql: string,
  params: readonly unknown[] = [],
): Promise<Rows<R>> {
  const name = prepared.nameOf(sql);
  // without parameters, `sql` can contain several statements, in which case node-postgres returns an array
  const response: unknown =
    name === undefined
      ? await client.query(sql, params as unknown[])
      : await client.query({ name, text: sql, values: params as unknown[] });
  const results = (Array.isArray(response) ? response : [response]) as pg.QueryResult[];
  return {
    rows: results.flatMap(({ rows }) => rows as R[]),
    affected: results.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0),
  };
}

/** Waits for the transaction status, which arrives after a statement's error. */
async function settle(client: pg.PoolClient): Promise<void> {
  await client.query('').catch(() => undefined);
}

/** Returns a connection to the pool. If a failure left a transaction open, the transaction is rolled back first. */
async function release(client: pg.PoolClient): Promise<void> {
  try {
    if (client.getTransactionStatus() !== 'I') await client.query('rollback');
    client.release();
  } catch (error) {
    client.release(error as Error);
  }
}
