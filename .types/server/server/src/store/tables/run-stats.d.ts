import type { RunStats } from 'millrace/shared/runs/run-stats.js';
import type { Queryable } from '../db/db.js';
/** Returns statistics for an account's runs created since `from`. Runs of deleted files are not counted. */
export declare function readRunStats(db: Queryable, accountId: string, { from, to, bucketSeconds }: {
    readonly from: Date;
    readonly to: Date;
    readonly bucketSeconds: number;
}): Promise<Pick<RunStats, 'runs' | 'durations' | 'byOf' | 'buckets'>>;
/**
 * Counts an account's workers.
 *
 * @param onlineSince Workers with no heartbeat since this time are offline.
 * @param hiddenSince Workers with no heartbeat since this time are not counted.
 */
export declare function countWorkers(db: Queryable, accountId: string, onlineSince: Date, hiddenSince: Date): Promise<RunStats['workers']>;
