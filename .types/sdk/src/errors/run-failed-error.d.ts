import { MillraceError } from './millrace-error.js';
import type { RunStatus } from '../shared/runs/run-status.js';
/** A run of your own functions failed or was cancelled. `cause` is the thrown value. */
export declare class RunFailedError extends MillraceError {
    readonly name: string;
    readonly code: 'run_failed';
    /** The run's final status. */
    readonly status: RunStatus;
    /** All fields returned so far by a pipeline's steps, or `{}` for flows and tasks. */
    readonly data: Readonly<Record<string, unknown>>;
    constructor(message: string, status: RunStatus, data: Readonly<Record<string, unknown>>, cause?: unknown);
    /** Returns the error as plain data, without `data`, which may not be serialisable. */
    toJSON(): Record<string, unknown>;
}
