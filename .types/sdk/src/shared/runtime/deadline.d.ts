/**
 * Combines the caller's signal with a timeout. `AbortSignal.any` with `AbortSignal.timeout` would leak memory on a signal
 * shared by many waits (https://github.com/nodejs/node/issues/54614).
 *
 * Call `clear()` in a `finally` block to remove the listener and the timer.
 */
export declare class Deadline {
    #private;
    /** @param keepsAlive Whether the timer keeps the process alive. */
    constructor(outer: AbortSignal | undefined, milliseconds: number, onExpired: () => unknown, keepsAlive?: boolean);
    get signal(): AbortSignal;
    /** Restarts the timeout. Call it when data arrives. */
    touch(): void;
    /** Stops the timeout until `touch()`. Call it while the reader of the data is busy. */
    pause(): void;
    abort(reason: unknown): void;
    clear(): void;
}
