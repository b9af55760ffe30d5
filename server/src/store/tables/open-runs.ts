import type { RunState } from 'millrace/shared/runs/run-status.js';
import type { Queryable } from '../db/db.js';
import { visibleRunSql, type Access } from './access.js';
import { lateSql } from './late-sql.js';

/** Counts of the unfinished runs that a request can see. */
export interface UnfinishedRunCounts {
  /** Number of runs by state. States without runs are omitted. */
  readonly countsByState: Partial<Record<RunState, number>>;
  /** Number of late runs. See `RunStatus.late`. */
  readonly lateCount: number;
}

/** Counts the visible unfinished runs. */
export async function countUnfinishedRuns(db: Queryable, access: Access, now: Date): Promise<UnfinishedRunCounts> {
  const params: unknown[] = [access.account, now];
  const { rows } = await db.query<{ state: RunState; runs: number; late: number }>(
    `select state, count(*) as runs, count(*) filter (where ${lateSql}) as late
     from run where account_id = $1 and finished_at is null and ${visibleRunSql(access, params)} group by state`,
    params,
  );
  return {
    countsByState: Object.fromEntries(rows.map(({ state, runs }) => [state, runs])),
    lateCount: rows.reduce((sum, { late }) => sum + late, 0),
  };
}
