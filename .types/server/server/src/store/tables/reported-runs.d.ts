import type { Json } from 'millrace/shared/types/json.js';
import type { Progress, RunError, RunState, RunStatus, TaskStatus } from 'millrace/shared/runs/run-status.js';
import type { Queryable } from '../db/db.js';
/** A new run reported by a program. */
export interface NewReportedRun {
    readonly id: string;
    readonly kind: Exclude<RunStatus['kind'], 'hosted'>;
    readonly of: string;
    readonly version: string | null;
    readonly name: string;
    readonly input: Json;
    readonly parent: string | null;
    readonly worker: string | null;
    /** ISO 8601 timestamp from the program's clock. */
    readonly createdAt: string;
}
/** A reported run's locked row, with the columns that events can change. */
export interface ReportedRunRow {
    readonly id: string;
    readonly kind: Exclude<RunStatus['kind'], 'hosted'>;
    state: RunState;
    progress: Progress | null;
    result: Json;
    error: RunError | null;
    startedAt: string | null;
    finishedAt: string | null;
    reportedSequence: number;
    logLines: number;
    reporter: string | null;
    cancelRequested: boolean;
}
export interface ReportedTaskRow extends TaskStatus {
    readonly runId: string;
}
/** A changed task run. `outputIs` specifies whether its output is new, removed or unchanged. */
export interface ReportedTaskChange extends ReportedTaskRow {
    readonly outputIs: 'given' | 'none' | 'kept';
    readonly output?: Json;
}
/** Inserts new runs. If a run's id already exists, in any account, the existing run is left unchanged. */
export declare function insertReportedRuns(tx: Queryable, accountId: string, reporter: string | null, runs: readonly NewReportedRun[], now: Date): Promise<void>;
/** Locks an account's reported runs for the rest of the transaction, and returns them by id. */
export declare function lockReportedRuns(tx: Queryable, accountId: string, ids: readonly string[]): Promise<Map<string, ReportedRunRow>>;
/** Returns the task runs of locked runs. If a run has no `keys`, all its task runs are returned. */
export declare function readReportedTasks(tx: Queryable, runs: readonly {
    readonly runId: string;
    readonly keys?: readonly string[];
}[]): Promise<ReportedTaskRow[]>;
/** Updates or inserts task runs. A new task run is ignored if its index is already taken. */
export declare function saveReportedTasks(tx: Queryable, tasks: readonly ReportedTaskChange[]): Promise<void>;
/** Saves runs changed by events. @returns The runs with their new sequence numbers. */
export declare function saveReportedRuns(tx: Queryable, runs: readonly ReportedRunRow[], now: Date): Promise<{
    id: string;
    sequence: number;
    state: RunState;
}[]>;
/** Records a heartbeat for unfinished runs. */
export declare function touchReportedRuns(tx: Queryable, accountId: string, reporter: string | null, which: {
    readonly ids: readonly string[];
} | {
    readonly workerId: string;
}, now: Date): Promise<void>;
