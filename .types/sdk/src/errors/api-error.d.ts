import { MillraceError, type MillraceErrorOptions } from './millrace-error.js';
/** Options for an {@link ApiError}. */
export interface ApiErrorOptions extends MillraceErrorOptions {
    status: number;
    body: unknown;
    serverCode?: string | undefined;
    retryAfterMs?: number | undefined;
}
/** The server returned an error response. More specific responses have subclasses with codes of their own. */
export declare class ApiError extends MillraceError {
    readonly name: string;
    readonly code: 'api' | 'authentication' | 'not_finished' | 'not_found' | 'rate_limit';
    /** The HTTP status. */
    readonly status: number;
    /** The server's error code, such as `already_exists`, if it sent one. */
    readonly serverCode: string | undefined;
    /** How long to wait before the next attempt, in milliseconds, if the server specified a delay. */
    readonly retryAfterMs: number | undefined;
    /** The parsed response body if it is JSON, otherwise its text. */
    readonly body: unknown;
    constructor(message: string, options: ApiErrorOptions);
    toJSON(): Record<string, unknown>;
}
/** The server rejected the API key. */
export declare class AuthenticationError extends ApiError {
    readonly name: string;
    readonly code: 'authentication';
}
/**
 * The resource, such as a file or a run, does not exist, was deleted or has expired. The server does not distinguish between
 * these cases.
 */
export declare class NotFoundError extends ApiError {
    readonly name: string;
    readonly code: 'not_found';
}
/** The file is still being processed. Retry the call later. */
export declare class NotFinishedError extends ApiError {
    readonly name: string;
    readonly code: 'not_finished';
}
/** The client sent too many requests. `retryAfterMs` is the delay that the server requested, if any. */
export declare class RateLimitError extends ApiError {
    readonly name: string;
    readonly code: 'rate_limit';
}
