export type Settled<T> = {
    readonly value: T;
} | {
    readonly error: unknown;
} | {
    readonly abandoned: true;
};
/**
 * Waits for the work to settle. After the signal is aborted, the work is abandoned if it does not settle within the grace period.
 * Leaves no timers or listeners behind.
 *
 * @param grace The grace period, in milliseconds, or `null` for no limit.
 * @param ready If given, the grace period begins only once the returned promise is fulfilled.
 */
export declare function untilStopped<T>(work: Promise<T>, signal: AbortSignal, grace: number | null, ready?: () => Promise<void>): Promise<Settled<T>>;
