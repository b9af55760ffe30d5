import type { Queryable } from '../store/db/db.js';
/**
 * Locks a run and its file for the rest of the transaction. To prevent deadlocks, every transition locks rows in the same order:
 * the file, the run, then the task runs.
 */
export declare function lockRun(tx: Queryable, runId: string): Promise<void>;
