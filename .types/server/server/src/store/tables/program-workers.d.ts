import type { WorkerPipeline } from 'millrace/shared/types/worker.js';
import type { Db, Queryable } from '../db/db.js';
import type { NewWorker } from './workers.js';
/** The rules for a registration. */
interface RegistrationRules {
    readonly now: Date;
    /** Workers with no heartbeat since this time are offline. */
    readonly onlineSince: Date;
    /** Maximum number of workers per account. */
    readonly maxWorkers: number;
}
/**
 * Registers each program as a separate worker, for protocols whose heartbeats do not identify the runs. If two programs
 * shared a worker, one program's heartbeats would keep the other's runs from timing out.
 *
 * A worker with the same name, version and steps is reused if it is offline and has no open run, because its program must have
 * ended.
 *
 * @returns The worker's id, or `undefined` if the account has too many workers.
 */
export declare function registerProgram(db: Db, accountId: string, { name, version, pipelines }: NewWorker, { now, onlineSince, maxWorkers }: RegistrationRules): Promise<string | undefined>;
/** Returns a worker's name, version and pipelines, and counts the request as a heartbeat. */
export declare function visitWorker(db: Queryable, accountId: string, workerId: string, now: Date): Promise<{
    name: string;
    version: string;
    pipelines: WorkerPipeline[];
} | undefined>;
/** Returns a worker's name, or `undefined` if the account has no such worker. */
export declare function findWorkerName(db: Queryable, accountId: string, workerId: string): Promise<string | undefined>;
/** Counts a run's event as a heartbeat from the run's worker. */
export declare function touchWorkerOfRun(tx: Queryable, runId: string, now: Date): Promise<void>;
/**
 * Returns the mean duration of each worker's finished runs, by worker id. Each run's duration is rounded down to whole seconds.
 */
export declare function meanSecondsOfWorkers(db: Queryable, accountId: string): Promise<Map<string, number>>;
export {};
