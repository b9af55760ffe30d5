import type { Queryable } from '../db/db.js';

/** Counts a report of something that the account does not have. */
export async function countUnmatchedEvent(db: Queryable, accountId: string): Promise<void> {
  await db.query('update account set unmatched_reports = unmatched_reports + 1 where id = $1', [accountId]);
}

/** How many reports of an account were of something that it does not have. */
export async function readUnmatchedEvents(db: Queryable, accountId: string): Promise<number> {
  const { rows } = await db.query<{ unmatched_reports: number }>(
    'select unmatched_reports from account where id = $1',
    [accountId],
  );
  return rows[0]?.unmatched_reports ?? 0;
}
