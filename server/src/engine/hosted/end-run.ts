import type { KnownRunError } from 'millrace/shared/runs/run-status.js';
import type { Usage } from 'millrace/shared/runs/usage.js';
import type { ModuleWarnings } from '../../runner/task-warnings.js';
import type { Queryable } from '../../store/db/db.js';
import { toStorableJson } from 'millrace/shared/rules/storable-json.js';
import type { EngineContext } from '../engine-context.js';
import { lockRuns } from '../lock-run.js';
import { runChannel } from '../notify-run.js';
import { queueRunDeliveries } from '../queue-deliveries.js';

interface RunEnd {
  readonly runId: string;
  readonly state: 'failed' | 'cancelled' | 'crashed';
  /** The index of the step at which the run ends. @default the first unfinished step */
  readonly index?: number;
  readonly error: KnownRunError | null;
  /** The warnings that the step's module reported before it failed. */
  readonly warnings?: ModuleWarnings | undefined;
  /** The module's usage of its model endpoint. */
  readonly usage?: Usage | undefined;
}

/**
 * Ends a run without completing it. The step at which the run ends gets the same state as the run, and the other unfinished steps are
 * skipped. The file of a hosted run is marked as failed, unless it is ready: a ready file keeps the output of an earlier run.
 *
 * The run's blobs are moved to the trash, with three exceptions:
 * - If the file's `keep_input` is set, all blobs are kept.
 * - Blobs that another run of the file may use are kept.
 * - Unless the run was cancelled, the input of the step at which it ends is kept, so that the run can be resumed from that step.
 *
 * @returns Whether the run existed and was unfinished. If not, nothing is changed.
 */
export async function endRun(context: EngineContext, tx: Queryable, end: RunEnd): Promise<boolean> {
  await lockRuns(tx, [end.runId]);
  const now = context.clock.now();
  const { rows } = await tx.query(
    `with ended as (
       update run set state = $2, sequence = sequence + 1, finished_at = $3, error = $4, waits = null
       where id = $1 and state in ('pending', 'running', 'retrying') returning id, sequence, file_id
     ), ended_step as (
       select run_id, coalesce($5, min(index)) as index from task_run join ended on run_id = ended.id
       where state in ('pending', 'running', 'retrying') group by run_id
     ), tasks as (
       update task_run set finished_at = $3, progress = null,
         state = case when task_run.index = ended_step.index then $2 else 'skipped' end,
         error = case when task_run.index = ended_step.index then $4::jsonb end,
         warnings = case when task_run.index = ended_step.index then $6::jsonb end,
         usage = case when task_run.index = ended_step.index then add_usage(usage, $7::jsonb) else usage end
       from ended_step where task_run.run_id = ended_step.run_id
         and task_run.state in ('pending', 'running', 'retrying') returning 1
     ), failed as (
       update file set state = 'failed' from ended where file.id = ended.file_id and file.state <> 'ready'
       returning file.input_blob
     ), trashed as (
       insert into blob_trash (key, at)
       select key, $3 from (
         select input_blob as key, 0 as read_by from failed
         union select output_blob, task_run.index + 1 from task_run join ended on run_id = ended.id
         union select snippets_blob, task_run.index + 1 from task_run join ended on run_id = ended.id
       ) blobs
       where key is not null and ($2 = 'cancelled' or read_by is distinct from (select index from ended_step))
         and not exists (select from ended join file on file.id = ended.file_id where keep_input)
         and not exists (
           select from ended join run on run.file_id = ended.file_id and run.id <> ended.id
           left join task_run on task_run.run_id = run.id
           where read_by = 0 or output_blob = blobs.key or snippets_blob = blobs.key)
       on conflict do nothing
     )
     select pg_notify('${runChannel}', id || ' ' || sequence || ' ' || $2) from ended`,
    [
      end.runId,
      end.state,
      now,
      end.error && toStorableJson(end.error),
      end.index ?? null,
      end.warnings ? toStorableJson(end.warnings) : null,
      end.usage ? toStorableJson(end.usage) : null,
    ],
  );
  if (rows.length === 0) return false;
  await queueRunDeliveries(context, tx, [end.runId]);
  return true;
}
