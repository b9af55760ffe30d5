import type { Queryable } from '../db/db.js';

/** A run's progress through its steps. Skipped steps count only towards `stepCount`. */
export interface StepProgress {
  readonly stepCount: number;
  readonly startedCount: number;
  readonly finishedCount: number;
  /** The step that most recently started or ended; the first step if none has done so; `null` if the run has no steps. */
  readonly latestStep: string | null;
  /** When `latestStep` started or ended; `null` if no step has done so. */
  readonly updatedAt: Date | null;
}

const updatedSql = 'coalesce(finished_at, started_at)';

/** Returns each run's progress through its steps, by run id. */
export async function findStepProgress(db: Queryable, runIds: readonly string[]): Promise<Map<string, StepProgress>> {
  if (runIds.length === 0) return new Map();
  const { rows } = await db.query<StepProgress & { id: string }>(
    `select run.id, tally.*, last.name as "latestStep", last.updated as "updatedAt"
     from unnest($1::uuid[]) run (id)
     cross join lateral (
       select count(*) as "stepCount", count(*) filter (where ${updatedSql} is not null and state <> 'skipped') as "startedCount",
         count(*) filter (where ${updatedSql} is not null and state not in ('skipped', 'running', 'retrying')) as "finishedCount"
       from task_run where run_id = run.id) tally
     left join lateral (
       select name, updated
       from (select name, index, case when state <> 'skipped' then ${updatedSql} end as updated
         from task_run where run_id = run.id) task
       order by updated desc nulls last, case when updated is null then -index else index end desc limit 1) last on true`,
    [runIds],
  );
  return new Map(rows.map(({ id, ...steps }) => [id, steps]));
}
