/**
 * Returns how long to wait before re-reading a run after an error, in milliseconds, or `undefined` if retrying is pointless.
 * Reading has no side effects, so every status of 500 or above is retried, and the caller decides when to give up.
 *
 * @param previousErrors Number of consecutive errors before this one.
 */
export declare function delayAfterError(error: unknown, previousErrors: number): number | undefined;
