import type { Queryable } from '../store/db/db.js';

/**
 * Locks a run and its file for the rest of the transaction. Every transition takes its locks in this order, the file, the run,
 * then the task runs, so that no two of them wait for each other.
 */
export async function lockRun(tx: Queryable, runId: string): Promise<void> {
  // the condition is evaluated before the row that it selects is locked
  await tx.query(
    `select from run where id = $1 and 0 <= (
       select count(*) from (select from file where id = (select file_id from run where id = $1) for update) locked
     ) for update`,
    [runId],
  );
}
