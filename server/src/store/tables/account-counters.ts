import type { Queryable } from '../db/db.js';
import { visibleFileSql, type Access } from './access.js';

/**
 * Returns how many files an account has processed. If the request is limited to names, returns how many finished files it can see now,
 * because the account's counter, which includes deleted files, is not split by name.
 */
export async function readUnitsUsed(db: Queryable, access: Access): Promise<number> {
  const params: unknown[] = [access.account];
  const countVisible = `select count(*) as units_used from file where account_id = $1 and state = 'ready' and ${visibleFileSql(access, params)}`;
  const { rows } = await db.query<{ units_used: number }>(
    access.names === null ? 'select units_used from account where id = $1' : countVisible,
    params,
  );
  return rows[0]?.units_used ?? 0;
}

/** Counts an event for a run or task that does not exist in the account. */
export async function countUnmatchedEvent(db: Queryable, accountId: string): Promise<void> {
  await db.query('update account set unmatched_reports = unmatched_reports + 1 where id = $1', [accountId]);
}

/** Returns the number of events for runs or tasks that do not exist in the account, or 0 if the request is limited to names. */
export async function readUnmatchedEvents(db: Queryable, access: Access): Promise<number> {
  if (access.names !== null) return 0;
  const { rows } = await db.query<{ unmatched_reports: number }>(
    'select unmatched_reports from account where id = $1',
    [access.account],
  );
  return rows[0]?.unmatched_reports ?? 0;
}
