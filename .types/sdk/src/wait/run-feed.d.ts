import type { PipelineContext } from '../http/hosted-call.js';
import type { RunStatus } from '../shared/runs/run-status.js';
import { type InlineOutput } from './read-run.js';
interface Follower {
    /** Whether the follower needs every change rather than only the end. */
    readonly wantsChanges: boolean;
    /** Whether the follower fetches the output once the run completes, in which case a small output may be sent inline. */
    readonly wantsOutput: boolean;
    readonly pollInterval: number;
    readonly maxPollInterval: number;
    /** Timeout for each request, in milliseconds. @default the client's */
    readonly timeout?: number | undefined;
    /** When the server must have responded once, as a `performance.now()` value. @default whenever it responds */
    readonly respondBy?: number;
    onStatus(status: RunStatus): void;
    /** Called if the run can no longer be followed, because it was deleted or the server rejects the API key. */
    onError(error: unknown): void;
    /** Called for a transient error, which is reported if the wait times out. */
    onTransientError(error: unknown): void;
}
/**
 * Polls one run for any number of followers. A single loop runs while there are followers. Transient errors never end the loop,
 * because each follower decides how long to wait.
 */
export declare class RunFeed {
    #private;
    constructor(context: PipelineContext, requestId: string);
    /** Notifies the follower of the last record, if any, and then of every new record. @returns A function that stops following. */
    follow(follower: Follower): () => void;
    /** Returns the output, if it was sent with the last record, and releases it. */
    takeOutput(): InlineOutput | undefined;
}
export {};
