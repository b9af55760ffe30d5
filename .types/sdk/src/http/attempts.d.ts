import type { Log } from '../settings/log.js';
import type { HttpResponse } from './exchange.js';
import { type Repeat } from './retry-policy.js';
export interface AttemptOptions {
    readonly repeat: Repeat;
    readonly maxRetries: number;
    readonly signal: AbortSignal | undefined;
    readonly log: Log;
    /** The method and path for log messages, without secrets. */
    readonly label: string;
}
interface AttemptResult<A> {
    readonly response: A;
    /** Whether an earlier attempt may have reached the server even though it failed here. */
    readonly mayBeDuplicate: boolean;
}
/**
 * Sends a request and retries it after transient errors. If the server closed an idle connection just as it
 * was reused, the request is resent once immediately, which does not count as a retry.
 *
 * @throws `TransportFault`, or any other error from `send`.
 */
export declare function withRetries<A extends HttpResponse<unknown>>(send: (attempt: number) => Promise<A>, options: AttemptOptions): Promise<AttemptResult<A>>;
export {};
