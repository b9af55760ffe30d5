export interface Rows<R> {
  readonly rows: R[];
  /** How many rows an INSERT, UPDATE or DELETE touched. */
  readonly affected: number;
}

/** Something that runs SQL: the database itself, or one transaction on it. */
export interface Queryable {
  query<R = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<Rows<R>>;
}

export interface TxOptions {
  /**
   * `false`: committed without waiting for the disk. For what a power failure may forget: claims, progress, steps in the middle of a chain.
   * @default true
   */
  readonly durable?: boolean;
}

/**
 * The only thing the rest of the server knows of its database. One SQL dialect, PostgreSQL's, on both backends.
 *
 * Inside `tx` every statement goes through the transaction it hands out: `db.query` there throws, on both backends,
 * because on the embedded one it would wait for ever on the connection that the transaction holds.
 */
export interface Db extends Queryable {
  readonly backend: 'pglite' | 'postgres';
  /**
   * Runs `work` in one transaction: committed when it resolves, rolled back when it throws. `work` runs a second time when
   * the first was the victim of a deadlock, so it does nothing but SQL.
   */
  tx<T>(work: (tx: Queryable) => Promise<T>, options?: TxOptions): Promise<T>;
  /**
   * Calls back with the payload of each NOTIFY on the channel. `onReconnect` runs after a lost connection came back:
   * whatever was sent meanwhile is lost, so re-read then. Resolves to a function that stops listening.
   */
  listen(channel: string, onPayload: (payload: string) => void, onReconnect?: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}
