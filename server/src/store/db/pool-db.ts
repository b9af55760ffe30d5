import type pg from 'pg';
import { AccountLimiter, watchStatement, type Caller } from './caller.js';
import { DatabaseUnavailableError, wrapIfUnavailable } from './database-unavailable.js';
import type { Db, Queryable, Rows, TxOptions } from './db.js';
import type { Notifications } from './notifications.js';
import { PreparedStatements } from './prepared-statements.js';
import { TransactionGuard } from './transaction-guard.js';

interface PoolDbOptions {
  readonly backend: Db['backend'];
  readonly pool: pg.Pool;
  readonly notifications: Notifications;
  /** Maximum number of connections that one account can use at the same time. */
  readonly connectionsPerAccount: number;
  /** Cancels the statement that a PostgreSQL server process is running. Absent if the backend cannot cancel statements. */
  readonly cancel?: (processId: number) => Promise<void>;
  /** Called when closing starts, while the database still accepts statements. */
  readonly beforeClose?: () => Promise<void>;
  /** Called at the end of `close`, even if closing the connections failed. Not called if `beforeClose` failed. */
  readonly onClose: () => Promise<void>;
}

/**
 * Configures a new connection so that both backends format values identically. Also turns off just-in-time compilation, which would take
 * longer than the statements themselves. The pool awaits the returned promise, although its types declare `void`.
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
  readonly #options: PoolDbOptions;
  readonly #limiter: AccountLimiter;
  #closing: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: PoolDbOptions) {
    this.backend = options.backend;
    this.#pool = options.pool;
    this.#notifications = options.notifications;
    this.#options = options;
    this.#limiter = new AccountLimiter(options.connectionsPerAccount);
  }

  async query<R>(sql: string, params?: readonly unknown[]): Promise<Rows<R>> {
    this.#guard.assertOutside('query');
    return this.#limiter.run((caller) =>
      this.#withConnection(caller, /^\s*select\b/i.test(sql), async (client) => {
        let hasFailed = true;
        try {
          const rows = await runStatement<R>(client, this.#prepared, sql, params);
          hasFailed = false;
          return rows;
        } catch (error) {
          throw wrapIfUnavailable(error, true);
        } finally {
          if (hasFailed) await awaitTransactionStatus(client);
        }
      }),
    );
  }

  async tx<T>(work: (tx: Queryable) => Promise<T>, options: TxOptions = {}): Promise<T> {
    this.#guard.assertOutside('tx');
    try {
      return await this.#transact(work, options);
    } catch (error) {
      // retry once after a deadlock: PostgreSQL rolled back this transaction so that another one could proceed
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
    this.#guard.assertOutside('listen');
    return this.#notifications.listen(channel, onPayload, onReconnect);
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      if (this.#options.beforeClose) await this.#options.beforeClose();
      this.#isClosed = true;
      try {
        await this.#notifications.close();
        await this.#pool.end();
      } finally {
        await this.#options.onClose();
      }
    })();
    return this.#closing;
  }

  #transact<T>(work: (tx: Queryable) => Promise<T>, { durable = true }: TxOptions): Promise<T> {
    return this.#limiter.run((caller) =>
      this.#withConnection(caller, false, async (client) => {
        // `begin` is pipelined with the first statement; if it fails, `await beginning` throws the error unless `work` throws first
        const beginning = client.query(durable ? 'begin' : 'begin; set local synchronous_commit = off');
        beginning.catch(() => undefined);
        const transaction = new Transaction(client, this.#prepared);
        let result: T;
        try {
          result = await this.#guard.run(() => work(transaction));
        } finally {
          await transaction.close();
        }
        await beginning;
        const { command } = await client.query('commit').catch((error: unknown) => {
          throw wrapIfUnavailable(error, true);
        });
        // if a statement in the transaction failed, PostgreSQL responds to COMMIT with ROLLBACK
        if (command === 'COMMIT') return result;
        throw new Error(
          'Expected the transaction to commit, but it was rolled back because one of its statements had failed.',
        );
      }),
    );
  }

  /**
   * Runs `work` on a pooled connection. If the backend supports it, cancels the running statement when `work` exceeds the caller's time
   * limit, or when the statement is a `select` and the caller's client has disconnected.
   */
  async #withConnection<T>(
    caller: Caller | undefined,
    isSelect: boolean,
    work: (client: pg.PoolClient) => Promise<T>,
  ): Promise<T> {
    const client = await this.#connect();
    const { cancel } = this.#options;
    const { processID } = client as { processID?: number };
    const watch =
      caller && cancel && processID != null ? watchStatement(caller, isSelect, () => cancel(processID)) : undefined;
    try {
      return await work(client).catch(async (error: unknown) => {
        throw (await watch?.end()) ?? error;
      });
    } finally {
      const stopError = await watch?.end();
      // a late cancellation could hit the connection's next statement, so the connection is discarded
      if (stopError) client.release(stopError);
      else await release(client);
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    if (this.#isClosed) {
      throw new DatabaseUnavailableError('Expected the database to be open, but it was closed.', { reason: 'closed' });
    }
    return this.#pool.connect().catch((error: unknown) => {
      throw wrapIfUnavailable(error, false);
    });
  }
}

class Transaction implements Queryable {
  readonly #client: pg.PoolClient;
  readonly #prepared: PreparedStatements;
  #lastStatement: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(client: pg.PoolClient, prepared: PreparedStatements) {
    this.#client = client;
    this.#prepared = prepared;
  }

  /** Runs a statement after all earlier ones. Statements are pipelined: each is sent without waiting for earlier ones. */
  async query<R>(sql: string, params?: readonly unknown[]): Promise<Rows<R>> {
    if (this.#isClosed) throw new Error('Expected the transaction to be open, but it has ended.');
    const result = runStatement<R>(this.#client, this.#prepared, sql, params).catch((error: unknown) => {
      throw wrapIfUnavailable(error, false);
    });
    this.#lastStatement = result.catch(() => undefined);
    return result;
  }

  /** Rejects new statements, and waits for the running ones to end. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#lastStatement;
  }
}

async function runStatement<R>(
  client: pg.PoolClient,
  prepared: PreparedStatements,
  sql: string,
  params: readonly unknown[] = [],
): Promise<Rows<R>> {
  const name = prepared.nameOf(sql);
  // without parameters, `sql` can contain several statements, for which node-postgres returns an array
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

/** Waits until the connection has received its transaction status, which PostgreSQL sends after the error of a failed statement. */
async function awaitTransactionStatus(client: pg.PoolClient): Promise<void> {
  await client.query('').catch(() => undefined);
}

/** Returns a connection to the pool. Rolls back an open transaction first, and discards the connection if that fails. */
async function release(client: pg.PoolClient): Promise<void> {
  try {
    if (client.getTransactionStatus() !== 'I') await client.query('rollback');
    client.release();
  } catch (error) {
    client.release(error as Error);
  }
}
