import type { Queryable } from '../db/db.js';

/** Returns how many of an account's files have been processed. */
export async function readUnitsUsed(db: Queryable, accountId: string): Promise<number> {
  const { rows } = await db.query<{ units_used: number }>('select units_used from account where id = $1', [accountId]);
  return rows[0]?.units_used ?? 0;
}

/** Counts an event for a run or task that does not exist in the account. */
export async function countUnmatchedEvent(db: Queryable, accountId: string): Promise<void> {
  await db.query('update account set unmatched_reports = unmatched_reports + 1 where id = $1', [accountId]);
}

/** Returns how many of an account's events were for runs or tasks that do not exist in the account. */
export async function readUnmatchedEvents(db: Queryable, accountId: string): Promise<number> {
  const { rows } = await db.query<{ unmatched_reports: number }>(
    'select unmatched_reports from account where id = $1',
    [accountId],
  );
  return rows[0]?.unmatched_reports ?? 0;
}
