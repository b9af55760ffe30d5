import { MillraceError } from './millrace-error.js';
import type { RunStatus } from '../shared/runs/run-status.js';
/** A run ended without an output because it failed, was cancelled, or its worker crashed. */
export declare class ProcessFailedError extends MillraceError {
    readonly name: string;
    readonly code: 'process_failed';
    readonly fileId: string | undefined;
    readonly failedModule: string | undefined;
    /** The run's last record. */
    readonly status: RunStatus;
    constructor(message: string, status: RunStatus);
    toJSON(): Record<string, unknown>;
}
