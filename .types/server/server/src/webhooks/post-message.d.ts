import type { AttemptOutcome } from '../store/tables/webhook-deliveries.js';
interface Message {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
}
interface PostOptions {
    readonly allowPrivate: boolean;
    /** Timeout for the whole attempt, in milliseconds: DNS lookup, connection, request and response. */
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
}
export interface PostOutcome extends AttemptOutcome {
    /** The `Retry-After` header, if the status is one that requests a later retry. */
    readonly retryAfter?: string | undefined;
}
/**
 * Posts a message once, on a new connection, without following redirects.
 *
 * @returns The outcome. The promise never rejects.
 */
export declare function postMessage({ url: text, headers, body }: Message, options: PostOptions): Promise<PostOutcome>;
export {};
