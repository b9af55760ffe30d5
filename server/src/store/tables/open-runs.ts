import type { RunState } from 'millrace/shared/runs/run-status.js';
import type { Queryable } from '../db/db.js';
import { visibleRunSql, type Access } from './access.js';
import { lateAfterMs } from './is-late.js';

/** Counts of the unfinished runs that a request can see. */
export interface UnfinishedRunCounts {
  /** Number of runs by state. States without runs are omitted. */
  readonly countsByState: Partial<Record<RunState, number>>;
  /** Number of late runs. See `RunStatus.late`. */
  readonly lateCount: number;
}

/** Counts the visible unfinished runs. */
export async function countUnfinishedRuns(db: Queryable, access: Access, now: Date): Promise<UnfinishedRunCounts> {
  const params: unknown[] = [access.account, new Date(now.getTime() - lateAfterMs)];
  // must agree with `isLate` in is-late.ts
  const { rows } = await db.query<{ state: RunState; runs: number; late: number }>(
    `select state, count(*) as runs, count(*) filter (where case
       when scheduled_for is not null then waits is not null and greatest(scheduled_for, seen_at) < $2
       when kind <> 'hosted' then state = 'pending' and started_at is null and created_at < $2
       else state in ('pending', 'running') and exists (
         select from task_run where run_id = run.id and task_run.state = 'pending' and queued_at < $2) end) as late
     from run where account_id = $1 and finished_at is null and ${visibleRunSql(access, params)} group by state`,
    params,
  );
  return {
    countsByState: Object.fromEntries(rows.map(({ state, runs }) => [state, runs])),
    lateCount: rows.reduce((sum, { late }) => sum + late, 0),
  };
}
