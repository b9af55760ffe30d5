import type { Queryable } from '../store/db/db.js';

/**
 * Locks a run and its file for the rest of the transaction. To prevent deadlocks, every transition locks rows in the same order:
 * the file, the run, then the task runs.
 */
export async function lockRun(tx: Queryable, runId: string): Promise<void> {
  // the condition locks the file; PostgreSQL evaluates it before it locks the run's row
  await tx.query(
    `select from run where id = $1 and 0 <= (
       select count(*) from (select from file where id = (select file_id from run where id = $1) for update) locked
     ) for update`,
    [runId],
  );
}
