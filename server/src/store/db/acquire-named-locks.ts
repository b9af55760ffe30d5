import type { Queryable } from './db.js';

/** Acquires an advisory lock for each name, in the given order. The locks are held until the transaction ends. */
export async function acquireNamedLocks(tx: Queryable, names: readonly string[]): Promise<void> {
  await tx.query(
    `select pg_advisory_xact_lock(hashtextextended(name, 0)) from unnest($1::text[]) with ordinality lock (name, position)`,
    [names],
  );
}
