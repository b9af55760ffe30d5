export interface Rows<R> {
  readonly rows: R[];
  /** Number of rows that the statement changed or, for a SELECT, returned. */
  readonly affected: number;
}

/** Anything that runs SQL: the database itself, or a transaction. */
export interface Queryable {
  query<R = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<Rows<R>>;
}

export interface TxOptions {
  /**
   * If false, the commit does not wait for a sync to disk. Use `false` only if losing the data in a
   * power failure is harmless, as for claims, progress, and the results of all but the final step of a run.
   * @default true
   */
  readonly durable?: boolean;
}

/**
 * The database interface used by the rest of the server. Both backends support PostgreSQL's SQL dialect.
 *
 * Inside a `tx` callback, every statement must use the transaction passed to the callback. Calls to `db.query`, `db.tx` and `db.listen`
 * inside the callback throw on both backends, because they would deadlock on the embedded backend, where the transaction holds the only
 * connection.
 */
export interface Db extends Queryable {
  readonly backend: 'pglite' | 'postgres';
  /**
   * Runs `work` in a transaction, which commits if `work` resolves and rolls back if it rejects. After a deadlock, `work` is
   * retried once, so it must have no side effects other than SQL.
   */
  tx<T>(work: (tx: Queryable) => Promise<T>, options?: TxOptions): Promise<T>;
  /**
   * Calls `onPayload` for each NOTIFY on the channel, and `onReconnect` whenever a lost connection is restored. Notifications
   * sent while the connection was down are lost, so `onReconnect` should re-read the data. Resolves to a function that stops
   * listening.
   */
  listen(channel: string, onPayload: (payload: string) => void, onReconnect?: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Resolves once the database responds. @throws If the database cannot be reached. */
export async function pingDatabase(db: Queryable): Promise<void> {
  await db.query('select 1');
}
