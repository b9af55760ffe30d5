import { toStorableJson } from 'millrace/shared/rules/storable-json.js';
import type { Progress } from 'millrace/shared/runs/run-status.js';
import type { EngineContext } from '../engine-context.js';
import { notifyRunChangedSql } from '../notify-run.js';

export interface StepProgress {
  readonly runId: string;
  readonly index: number;
  readonly progress: Progress;
}

/**
 * Records the progress of steps. Ignores progress that is lower than the recorded progress, and progress of steps that are not running. The
 * commit is not durable.
 */
export async function recordProgress({ db }: EngineContext, steps: readonly StepProgress[]): Promise<void> {
  const runIds = steps.map(({ runId }) => runId);
  await db.tx(
    async (tx) => {
      // lock runs before task runs, as everywhere else, to prevent deadlocks
      await tx.query('select from run where id = any($1) order by id for update', [runIds]);
      await tx.query(
        `with reported as (
           update task_run set progress = report.progress
           from unnest($1::uuid[], $2::int[], $3::jsonb[]) report(run_id, index, progress)
           where task_run.run_id = report.run_id and task_run.index = report.index and task_run.state = 'running'
             and coalesce((task_run.progress ->> 'current')::float8, 0) <= (report.progress ->> 'current')::float8
           returning task_run.run_id
         )
         update run set sequence = sequence + 1 from reported where run.id = reported.run_id
         returning ${notifyRunChangedSql('run.id', 'run.sequence', 'running')}`,
        [runIds, steps.map(({ index }) => index), steps.map(({ progress }) => toStorableJson(progress))],
      );
    },
    { durable: false },
  );
}
