import type { RunError } from '../../shared/runs/run-status.js';
/** The errors recorded for failed tasks, by thrown value. If a run fails with the same value, it records the same error. */
export declare class Failures {
    #private;
    remember(thrown: unknown, error: RunError): void;
    find(thrown: unknown): RunError | undefined;
}
/** Returns the message to record for a thrown value. For a failed child run, this is the original error's message. */
export declare function describeError(thrown: unknown): string;
