import type { TransportFault } from './transport-fault.js';
/**
 * `always`: the request is idempotent. `never-arrived`: the request creates something and is not idempotent, so it is
 * retried only if it certainly did not reach the server.
 */
export type Repeat = 'always' | 'never-arrived';
interface ResponseHead {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
}
/** Returns whether a retry may succeed after a response with this status. */
export declare function isTransientStatus(status: number): boolean;
/**
 * Returns whether the server may have accepted a request despite its response. Only a permanent error status rules that out, or a
 * 503 that says when to try again.
 */
export declare function mayHaveAccepted({ status, headers }: ResponseHead): boolean;
export declare function shouldRetryAfterResponse({ status, headers }: ResponseHead, repeat: Repeat): boolean;
export declare function shouldRetryAfterFault(fault: TransportFault, repeat: Repeat): boolean;
/** Returns the delay before the next attempt, in milliseconds. The first retry is number 0. `Retry-After` takes precedence. */
export declare function retryDelay(number: number, headers?: Readonly<Record<string, string>>): number;
export {};
