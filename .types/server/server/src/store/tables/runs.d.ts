import type { RunState, RunStatus } from 'millrace/shared/runs/run-status.js';
import type { Queryable } from '../db/db.js';
/** A run with its status, sequence and output. */
export interface RunRecord {
    readonly status: RunStatus;
    /** Increases every time the run changes. */
    readonly sequence: number;
    /** The output of a completed hosted run. */
    readonly output?: {
        readonly blob: string;
        readonly extension: string;
        readonly bytes: number;
        readonly sha256: string;
    };
}
interface RunFilter {
    readonly state?: readonly string[];
    readonly of?: string;
    readonly kind?: string;
    readonly name?: string;
    /** Only runs executed by this worker. */
    readonly worker?: string;
    /** Only runs created at or after this time. */
    readonly since?: Date;
    readonly limit: number;
    /** The creation time and id of the previous page's last run. The page starts after that run. */
    readonly after?: {
        readonly createdAt: string;
        readonly id: string;
    };
}
/** Returns an account's run, or `undefined` if it never existed, was deleted or has expired. */
export declare function findRun(db: Queryable, accountId: string, runId: string, now: Date): Promise<RunRecord | undefined>;
/** Returns only a run's state and sequence, which is cheaper than reading the full record. */
export declare function findRunState(db: Queryable, accountId: string, runId: string, now: Date): Promise<{
    readonly state: RunState;
    readonly sequence: number;
} | undefined>;
/** Returns the ids of the runs that have ended or do not exist. */
export declare function findEndedRuns(db: Queryable, runIds: readonly string[]): Promise<string[]>;
/** Returns a page of an account's runs, newest first. */
export declare function listRuns(db: Queryable, accountId: string, filter: RunFilter, now: Date): Promise<{
    items: RunStatus[];
    next: RunFilter['after'] | undefined;
}>;
export {};
