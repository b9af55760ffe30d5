import { generateRunName } from 'millrace/shared/runs/run-name.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { toQueueName } from '../../queue/queue.js';
import { getCallerKeyId } from '../../store/db/caller.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { notifyRunChangedSql } from '../notify-run.js';
import { assertInputStored } from './resume-hosted-run.js';

/**
 * Inserts a run that processes the file of an earlier run again, and queues module `index`. The file's current output, if any, remains
 * available until the new run completes. The caller must have locked the earlier run and checked that it can be rerun.
 *
 * @param index The 0-based position of the first module to run. The new run reuses the outputs of the modules before it.
 * @throws `EngineError` `conflict` if the input of module `index` is missing.
 */
export async function insertHostedRerun(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  earlierRun: RunStatus,
  runId: string,
  index: number,
): Promise<void> {
  await assertInputStored(context, tx, earlierRun.requestId, index);
  await tx.query(
    `with new_run as (
       insert into run (id, account_id, kind, of, name, state, file_id, file_name, created_at, webhook, key_id, rerun_of)
       select $2, account_id, kind, of, $3, 'pending', file_id, file_name, $4, webhook, $5, id from run where id = $1
       returning id, file_id, sequence
     ), tasks as (
       insert into task_run (run_id, index, key, name, model, params, state, after, attempt, queued_at, started_at, finished_at,
         output_blob, snippets_blob, facts, warnings)
       select new_run.id, index, key, task.name,
         case when is_done then task.model else selections -> task.key ->> 'model' end, params,
         case when is_done then 'completed' else 'pending' end, after, case when is_done then attempt else 0 end,
         case when index = $6 then $4::timestamptz end, case when is_done then started_at end,
         case when is_done then finished_at end, case when is_done then task.output_blob end,
         case when is_done then snippets_blob end, case when is_done then task.facts end, case when is_done then warnings end
       from new_run join file on file.id = new_run.file_id
       cross join lateral (select *, index < $6 as is_done from task_run where run_id = $1) task
     ), reopened_file as (
       update file set state = 'processing', replaces_id = null from new_run where file.id = new_run.file_id and file.state = 'failed'
     )
     select ${notifyRunChangedSql('id', 'sequence', 'pending')} from new_run`,
    [earlierRun.requestId, runId, generateRunName(), context.clock.now(), getCallerKeyId(), index],
  );
  const firstTask = earlierRun.tasks.find((task) => task.index === index);
  if (!firstTask) throw new Error(`Expected run ${earlierRun.requestId} to have module ${index + 1}`);
  await context.queue.send(tx, toQueueName(firstTask.name), [{ runId, index }], {
    fairnessKey: { account: accountId, name: earlierRun.of },
  });
}
