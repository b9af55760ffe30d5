import type { RunError } from 'millrace/shared/runs/run-status.js';
import type { Queryable } from '../../store/db/db.js';
import { toJsonb } from '../../store/db/jsonb.js';
import type { EngineContext } from '../engine-context.js';
import { lockRun } from '../lock-run.js';
import { runChannel } from '../notify-run.js';
import { queueWebhooks } from '../queue-webhooks.js';

export interface RunEnd {
  readonly runId: string;
  readonly state: 'failed' | 'cancelled' | 'crashed';
  /** The step at which it ended; steps after it are skipped. Absent: whichever is running or next. */
  readonly index?: number;
  readonly error: RunError | null;
}

/**
 * Ends a run that does not complete: the step it stands at takes the run's state, later ones are skipped, the file is marked
 * as failed and its blobs go to the trash. The record stays until the file expires; and so does, unless the run was cancelled, what
 * the step reads at which it ended, so that the run can go on from there.
 *
 * @returns False when the run had ended before, or does not exist: a final state never changes.
 */
export async function endRun(context: EngineContext, tx: Queryable, end: RunEnd): Promise<boolean> {
  await lockRun(tx, end.runId);
  const now = context.clock.now();
  const { rows } = await tx.query(
    `with ended as (
       update run set state = $2, sequence = sequence + 1, finished_at = $3, error = $4
       where id = $1 and state in ('pending', 'running', 'retrying') returning id, sequence, file_id
     ), standing as (
       select run_id, coalesce($5, min(index)) as index from task_run join ended on run_id = ended.id
       where state in ('pending', 'running', 'retrying') group by run_id
     ), tasks as (
       update task_run set finished_at = $3, progress = null,
         state = case when task_run.index = standing.index then $2 else 'skipped' end,
         error = case when task_run.index = standing.index then $4::jsonb end
       from standing where task_run.run_id = standing.run_id
         and task_run.state in ('pending', 'running', 'retrying') returning 1
     ), failed as (
       update file set state = 'failed' from ended where file.id = ended.file_id returning file.input_blob
     ), trashed as (
       insert into blob_trash (key, at)
       select key, $3 from (
         select input_blob as key, 0 as read_by from failed
         union select output_blob, task_run.index + 1 from task_run join ended on run_id = ended.id
         union select snippets_blob, task_run.index + 1 from task_run join ended on run_id = ended.id
       ) blobs
       where key is not null and ($2 = 'cancelled' or read_by is distinct from (select index from standing))
       on conflict do nothing
     )
     select pg_notify('${runChannel}', id || ' ' || sequence || ' ' || $2) from ended`,
    [end.runId, end.state, now, end.error && toJsonb(end.error), end.index ?? null],
  );
  if (rows.length === 0) return false;
  await queueWebhooks(context, tx, [end.runId]);
  return true;
}
