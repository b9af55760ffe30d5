import { MillraceError } from './millrace-error.js';
import type { RunStatus } from '../shared/runs/run-status.js';
/** Options for a {@link WaitTimeoutError}. */
export interface WaitTimeoutErrorOptions {
    requestId: string;
    fileId: string | undefined;
    lastStatus: RunStatus | undefined;
    cause?: unknown;
}
/**
 * The wait timed out before the run ended. Nothing was deleted or cancelled. The message's last line is code that resumes
 * the wait.
 */
export declare class WaitTimeoutError extends MillraceError {
    readonly name: string;
    readonly code: 'wait_timeout';
    readonly requestId: string;
    readonly fileId: string | undefined;
    /** The last status received, or `undefined` if there was none. */
    readonly lastStatus: RunStatus | undefined;
    constructor(message: string, options: WaitTimeoutErrorOptions);
    toJSON(): Record<string, unknown>;
}
