import { MillraceError } from './millrace-error.js';
/**
 * The server could not be reached, or stopped responding. `cause` is a plain error with a system `code`, such as
 * `ECONNRESET`.
 */
export declare class ConnectionError extends MillraceError {
    readonly name: string;
    readonly code: 'connection' | 'timeout';
}
/** A single HTTP request took longer than the client's `timeout`. */
export declare class TimeoutError extends ConnectionError {
    readonly name: string;
    readonly code: 'timeout';
}
