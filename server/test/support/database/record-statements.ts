import pg from 'pg';

export interface Recorded {
  readonly sql: string;
  readonly values: readonly unknown[];
  /** How many times it was sent. */
  readonly uses: number;
}

/** Records every statement that is sent to the database. On both backends, statements are sent by `pg.Client`. */
export function recordStatements(): { readonly statements: Map<string, Recorded>; stop(): void } {
  const statements = new Map<string, Recorded>();
  // oxlint-disable-next-line typescript/unbound-method -- it is called with the client
  const original = pg.Client.prototype.query;
  const record = function (this: pg.Client, ...args: unknown[]): unknown {
    const [first, second] = args;
    const config = first as { text?: string; values?: unknown[] };
    const sql = typeof first === 'string' ? first : config.text;
    const values = typeof first === 'string' ? second : config.values;
    if (sql !== undefined) {
      const uses = (statements.get(sql)?.uses ?? 0) + 1;
      // copied, because a caller may change its array for the next statement
      statements.set(sql, { sql, values: Array.isArray(values) ? [...(values as unknown[])] : [], uses });
    }
    return (original as (...args: unknown[]) => unknown).apply(this, args);
  };
  pg.Client.prototype.query = record as typeof original;
  return {
    statements,
    stop: () => {
      pg.Client.prototype.query = original;
    },
  };
}
