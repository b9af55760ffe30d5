import { generateRunName } from 'millrace/shared/runs/run-name.js';
import type { RunStatus, TaskStatus } from 'millrace/shared/runs/run-status.js';
import { toStorableJson } from 'millrace/shared/rules/storable-json.js';
import type { Json } from 'millrace/shared/types/json.js';
import { getCallerKeyId } from '../../store/db/caller.js';
import type { Queryable } from '../../store/db/db.js';
import { notifyRunsChanged } from '../notify-run.js';
import { notifyRunsWaiting } from '../served/claim-notifier.js';

interface ServedRerun {
  readonly id: string;
  /** The first task to run again. If undefined, the new run starts from the beginning. */
  readonly task: TaskStatus | undefined;
  /** The new run's input. If undefined, the earlier run's input is used. */
  readonly input: Json | undefined;
  readonly now: Date;
}

/**
 * Inserts a run for a worker to execute. If `task` is given, copies the earlier run's completed tasks that come before it. A worker with
 * any version of the definition can execute the new run. The caller must have locked the earlier run and checked that it can be rerun.
 */
export async function insertServedRerun(
  tx: Queryable,
  accountId: string,
  earlierRun: RunStatus,
  { id, task, input, now }: ServedRerun,
): Promise<void> {
  await tx.query(
    `insert into run (id, account_id, kind, of, name, state, sequence, reported_sequence, record_characters, input, created_at,
       seen_at, key_id, served, waits, priority, scheduled_for, max_losses, rerun_of)
     select $2, account_id, kind, of, $3, 'pending', 1, reported_sequence, case when $6 then record_characters else 0 end,
       case when $7 then $8::jsonb else input end, $4, $4, $5, true, 'worker', priority, $4, max_losses, id
     from run where id = $1`,
    [
      earlierRun.requestId,
      id,
      generateRunName(),
      now,
      getCallerKeyId(),
      task !== undefined,
      input !== undefined,
      input === undefined ? null : toStorableJson(input),
    ],
  );
  if (task) {
    // pipeline steps are ordered by index, and flow tasks by when they began; a flow task that never began comes last
    const beforeTaskCondition =
      earlierRun.kind === 'pipeline'
        ? 'index < $3'
        : 'began < coalesce((select began from task_run where run_id = $1 and index = $3), began + 1)';
    await tx.query(
      `insert into task_run (run_id, index, key, name, version, state, attempt, progress, after, child_run, started_at, finished_at,
         output, digest, began, ended)
       select $2, index, key, name, version, state, attempt, progress, after, child_run, started_at, finished_at, output, digest,
         began, ended
       from task_run where run_id = $1 and state = 'completed' and ended is not null and index <> $3 and ${beforeTaskCondition}`,
      [earlierRun.requestId, id, task.index],
    );
  }
  await notifyRunsChanged(tx, [{ id, sequence: 1, state: 'pending' }]);
  await notifyRunsWaiting(tx, accountId, [earlierRun.of]);
}
