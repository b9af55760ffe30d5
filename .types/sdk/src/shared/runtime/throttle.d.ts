/** The time of the last send, from `performance.now()`. Throttles that share a pace share one rate limit. */
export interface Pace {
    sentAt: number;
}
interface ThrottleOptions {
    /** Minimum interval between two sent values, in milliseconds. */
    readonly intervalMs: number;
    /** If true, a value is sent immediately unless one was sent within the interval. @default true */
    readonly leading?: boolean;
    /** @default a separate pace */
    readonly pace?: Pace;
}
/** Sends the newest value, at most once per interval. The last value is always sent, either after the interval or on `close`. */
export declare class Throttle<T> {
    #private;
    constructor(send: (value: T) => void, { intervalMs, leading, pace }: ThrottleOptions);
    push(value: T): void;
    /** Sends or drops the pending value. Later values are ignored. */
    close(pending?: 'send' | 'drop'): void;
}
export {};
