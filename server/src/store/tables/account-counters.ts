import type { Queryable } from '../db/db.js';
import { visibleFileSql, type Access } from './access.js';

/**
 * Returns the number of files that an account has processed, including deleted files. The account's counter is not split by name, so if the
 * API key is limited to certain names, returns the number of existing finished files that the request can see.
 */
export async function readUnitsUsed(db: Queryable, access: Access): Promise<number> {
  const params: unknown[] = [access.account];
  const visibleCountSql = `select count(*) as units_used from file
    where account_id = $1 and state = 'ready' and ${visibleFileSql(access, params)}`;
  const { rows } = await db.query<{ units_used: number }>(
    access.names === null ? 'select units_used from account where id = $1' : visibleCountSql,
    params,
  );
  return rows[0]?.units_used ?? 0;
}

/** Counts an event for a run or task that does not exist, or that belongs to another program or key. */
export async function countUnmatchedEvent(db: Queryable, accountId: string): Promise<void> {
  await db.query('update account set unmatched_reports = unmatched_reports + 1 where id = $1', [accountId]);
}

/** Returns the number of events that {@link countUnmatchedEvent} has counted, or 0 if the API key is limited to certain names. */
export async function readUnmatchedEvents(db: Queryable, access: Access): Promise<number> {
  if (access.names !== null) return 0;
  const { rows } = await db.query<{ unmatched_reports: number }>(
    'select unmatched_reports from account where id = $1',
    [access.account],
  );
  return rows[0]?.unmatched_reports ?? 0;
}
