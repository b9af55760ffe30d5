import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { queueOf } from '../../queue/queue.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError } from '../engine-error.js';
import { announce } from '../notify-run.js';

/**
 * Requeues a hosted run at the module where it ended. The caller must have locked the run.
 *
 * @throws `EngineError` `conflict` if the module's input was deleted or another file now has the path.
 */
export async function restartHosted(context: EngineContext, tx: Queryable, run: RunStatus): Promise<void> {
  const task = run.tasks.find(({ state }) => state !== 'completed');
  if (!task || run.fileId === null)
    throw new EngineError('conflict', `run ${run.requestId} has no modules left to run`);
  await assertInputExists(context, tx, run, task.index);
  await assertPathIsFree(context, tx, run);
  const now = context.clock.now();
  await tx.query(
    `with reopened as (
       update run set state = 'pending', sequence = sequence + 1, finished_at = null, error = null
       where id = $1 returning id, sequence, file_id
     ), tasks as (
       update task_run set state = 'pending', started_at = null, finished_at = null, progress = null, error = null, warnings = null,
         queued_at = case when index = $2 then $3::timestamptz end
       from reopened where run_id = reopened.id and index >= $2
     ), file_back as (
       update file set state = 'processing' from reopened where file.id = reopened.file_id
     )
     select ${announce('id', 'sequence', 'pending')} from reopened`,
    [run.requestId, task.index, now],
  );
  await context.queue.send(tx, queueOf(task.name), { runId: run.requestId, index: task.index });
}

/** Throws if the module's input is missing. A failed run keeps the failed module's input; a cancelled run does not. */
async function assertInputExists(
  { blobs }: EngineContext,
  tx: Queryable,
  run: RunStatus,
  index: number,
): Promise<void> {
  const { rows } = await tx.query<{ key: string }>(
    `select key from (
       select case when $2 = 0 then file.input_blob else
         (select output_blob from task_run where run_id = $1 and index = $2 - 1) end as key
       from file where id = $3) input
     where key is not null and (select true from blob_trash where blob_trash.key = input.key) is null`,
    [run.requestId, index, run.fileId],
  );
  const [input] = rows;
  if (input && (await blobs.size(input.key)) !== undefined) return;
  throw new EngineError(
    'conflict',
    `run ${run.requestId} cannot be resumed because the input of its next module was deleted when the run ended. Process the file again.`,
  );
}

/** Throws if another file now has the path, which is possible because a failed file does not reserve its path. */
async function assertPathIsFree({ clock }: EngineContext, tx: Queryable, run: RunStatus): Promise<void> {
  const { rows } = await tx.query(
    `select from file old join file other using (account_id, pipeline, directory_key, name_key)
     where old.id = $1 and other.id <> old.id and other.state <> 'failed' and other.expires_at > $2`,
    [run.fileId, clock.now()],
  );
  if (rows.length > 0) {
    throw new EngineError('conflict', `run ${run.requestId} cannot be resumed because another file has its path`);
  }
}
