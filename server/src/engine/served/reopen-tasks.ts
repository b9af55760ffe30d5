import type { Queryable } from '../../store/db/db.js';

/** Resets the tasks of reopened runs to `pending`, except for completed tasks. */
export async function reopenTasks(tx: Queryable, runIds: readonly string[]): Promise<void> {
  await tx.query(
    `update task_run set state = 'pending', started_at = null, finished_at = null, progress = null, error = null
     where run_id = any($1) and state <> 'completed'`,
    [runIds],
  );
}
