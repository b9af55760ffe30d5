import { ApiError } from '../errors/api-error.js';
interface ErrorResponse {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** The parsed JSON if it is valid, otherwise the text. */
    readonly body: unknown;
}
/**
 * Converts an error response to an error. The message contains the action that failed, the server's message, the exchange's id, and
 * what to do next.
 *
 * @param what The action, phrased to follow "Could not".
 * @param access How the request was authorised. For a presigned URL, the API key is never the cause of the error.
 */
export declare function createApiError(what: string, response: ErrorResponse, access?: 'key' | 'presigned'): ApiError;
/** Returns whether a response with status 200 means that the file is not ready. */
export declare function isUnfinishedResponse(body: unknown): boolean;
export {};
