import type { WorkerPipeline, WorkerRecord } from 'millrace/shared/types/worker.js';
import type { Queryable } from '../db/db.js';
export interface NewWorker {
    readonly name: string;
    readonly version: string;
    readonly pipelines: readonly WorkerPipeline[];
}
interface WorkerFilter {
    readonly id?: string;
    /** Workers with no heartbeat since this time are offline. */
    readonly onlineSince: Date;
    /** If set, workers with no heartbeat since this time are omitted. */
    readonly seenSince?: Date;
}
/**
 * Registers a worker, or finds the existing one. An account has one worker per name, version and list of steps.
 *
 * @returns The worker's id, or `undefined` if the account has too many workers.
 */
export declare function registerWorker(db: Queryable, accountId: string, worker: NewWorker, { now, maxWorkers }: {
    readonly now: Date;
    readonly maxWorkers: number;
}): Promise<string | undefined>;
/** Records a heartbeat. @returns `false` if the account has no such worker. */
export declare function touchWorker(db: Queryable, accountId: string, workerId: string, now: Date): Promise<boolean>;
/** Returns an account's workers with their run counts, most recent heartbeat first. */
export declare function listWorkers(db: Queryable, accountId: string, { id, onlineSince, seenSince }: WorkerFilter): Promise<WorkerRecord[]>;
/** Deletes workers that have no runs and have had no heartbeat since `silentSince`. */
export declare function deleteOldWorkers(db: Queryable, silentSince: Date): Promise<number>;
export {};
