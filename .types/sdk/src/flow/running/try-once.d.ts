import type { RunError } from '../../shared/runs/run-status.js';
import type { AttemptOptions } from '../types/task.js';
import type { ActiveRun } from './active-run.js';
import type { ActiveTask } from './active-task.js';
export interface TaskSpec<T = unknown> {
    readonly name: string;
    readonly version: string | null;
    /** The existing task run's key, if one was already created. */
    readonly key?: string;
    readonly after: readonly string[];
    readonly options: AttemptOptions;
    readonly work: (attempt: ActiveTask) => T | Promise<T>;
    /** If true, the work is a child run with its own grace period, so the wait for the child run is unlimited. */
    readonly isRun?: boolean;
    /** If true, the task run writes no log lines, because the child run writes its own. */
    readonly isSilent?: boolean;
    /** Converts the work's return value to the result. An error thrown here is final, because a retry would not help. */
    readonly accept?: (value: unknown) => T;
}
export type AttemptResult<T> = {
    readonly value: T;
} | FailedAttempt;
export interface FailedAttempt {
    readonly cause: unknown;
    readonly error: RunError;
    readonly state: 'failed' | 'cancelled';
    /** Whether a retry would be pointless. */
    readonly isFinal: boolean;
}
/** Makes one attempt at a task. The attempt ends early if it times out or its run stops. Leaves no timers or listeners behind. */
export declare function tryOnce<T>(run: ActiveRun, spec: TaskSpec<T>, attempt: ActiveTask): Promise<AttemptResult<T>>;
