import type { RunError } from 'millrace/shared/runs/run-status.js';
/** A failure reported by a client, and the task that failed. */
export interface FailureDetails {
    readonly error: RunError;
    readonly taskId: string | undefined;
    readonly taskName: string | undefined;
}
/**
 * Parses a failure's `details` in any of the formats used by clients: a sentence (0.1.0), JSON with frames but no message
 * (0.1.3), or JSON with a message and a trace of frames or lines (0.1.7 and 2.x). `error.details` also has
 * the original text.
 */
export declare function readDetails(details: string): FailureDetails;
