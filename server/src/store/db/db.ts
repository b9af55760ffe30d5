/** The result of a query. */
export interface Rows<R> {
  readonly rows: R[];
  /** How many rows an INSERT, UPDATE or DELETE changed. */
  readonly affected: number;
}

/** Runs SQL: the database itself, or one transaction on it. */
export interface Queryable {
  query<R = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<Rows<R>>;
}

export interface TxOptions {
  /**
   * `false` commits without waiting for the disk: for what may be lost in a power failure, such as claims, progress, and
   * the results of steps before the last.
   * @default true
   */
  readonly durable?: boolean;
}

/**
 * The database, as the rest of the server sees it. Both backends run PostgreSQL's SQL dialect.
 *
 * Inside `tx`, every statement must use the transaction that the callback gets. `db.query` throws there, on both backends:
 * on the embedded one it would deadlock, waiting for the connection that the transaction holds.
 */
export interface Db extends Queryable {
  readonly backend: 'pglite' | 'postgres';
  /**
   * Runs `work` in one transaction: commits when it resolves, rolls back when it throws. After a deadlock, `work` runs
   * a second time, so it must do nothing but SQL.
   */
  tx<T>(work: (tx: Queryable) => Promise<T>, options?: TxOptions): Promise<T>;
  /**
   * Calls `onPayload` for each NOTIFY on the channel, and `onReconnect` after a lost connection was restored:
   * notifications sent in between are lost, so read again. Resolves to a function that stops listening.
   */
  listen(channel: string, onPayload: (payload: string) => void, onReconnect?: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Resolves when the database responds. @throws When it cannot be reached. */
export async function pingDatabase(db: Queryable): Promise<void> {
  await db.query('select 1');
}
