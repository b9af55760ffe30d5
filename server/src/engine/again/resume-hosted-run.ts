import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { isSmallKey } from '../../blobs/small-blob-contents.js';
import { toQueueName } from '../../queue/queue.js';
import type { Queryable } from '../../store/db/db.js';
import { notifyBatchChangedSql } from '../batches/batch-changes.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError } from '../engine-error.js';
import { notifyRunChangedSql } from '../notify-run.js';

/**
 * Requeues a hosted run at its first module that has not completed. The caller must have locked the run and checked that it can be resumed.
 *
 * @throws `EngineError` `conflict` if that module's input is missing.
 */
export async function resumeHostedRun(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  run: RunStatus,
): Promise<void> {
  const task = run.tasks.find(({ state }) => state !== 'completed');
  if (!task || run.fileId === null) throw new Error(`Expected run ${run.requestId} to have modules left to run`);
  await assertInputStored(context, tx, run.requestId, task.index);
  const now = context.clock.now();
  await tx.query(
    `with reopened as (
       update run set state = 'pending', sequence = sequence + 1, finished_at = null, error = null
       where id = $1 returning id, sequence, file_id, batch_id, account_id
     ), reopened_batch as (
       update batch set finished_at = null, cancelled_at = null, counts = null, usage = null from reopened where batch.id = reopened.batch_id
     ), tasks as (
       update task_run set state = 'pending', attempt = 0, started_at = null, finished_at = null, progress = null, error = null, warnings = null,
         queued_at = case when index = $2 then $3::timestamptz end
       from reopened where run_id = reopened.id and index >= $2
     ), reopened_file as (
       update file set state = 'processing', replaces_id = null from reopened
       where file.id = reopened.file_id and file.state = 'failed'
     )
     select ${notifyRunChangedSql('id', 'sequence', 'pending')},
       case when batch_id is not null then ${notifyBatchChangedSql} end from reopened`,
    [run.requestId, task.index, now],
  );
  await context.queue.send(tx, toQueueName(task.name), [{ runId: run.requestId, index: task.index }], {
    fairnessKey: { account: accountId, name: run.of },
  });
}

/**
 * Checks that a module's input is stored. It can be missing if, for example, the data directory was restored from an older backup.
 *
 * @throws `EngineError` `conflict` if the input is missing.
 */
export async function assertInputStored(
  { blobs }: EngineContext,
  tx: Queryable,
  runId: string,
  index: number,
): Promise<void> {
  const { rows } = await tx.query<{ key: string | null; isStored: boolean }>(
    `select key, exists (select from blob_content where blob_content.key = input.key) as "isStored"
     from run join file on file.id = run.file_id cross join lateral (
       select case when $2 = 0 then file.input_blob else
         (select output_blob from task_run where run_id = $1 and index = $2 - 1) end as key) input
     where run.id = $1`,
    [runId, index],
  );
  const { key = null, isStored = false } = rows[0] ?? {};
  if (isStored || (key !== null && !isSmallKey(key) && (await blobs.getSize(key)) !== undefined)) return;
  throw new EngineError(
    'conflict',
    `the input of module ${index + 1} of run ${runId} is missing from the data directory; process the file again`,
  );
}
