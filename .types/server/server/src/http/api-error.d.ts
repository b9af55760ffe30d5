/** An error with an HTTP status. `/v1` returns it as `{ error: { code, message, exchangeId } }`. */
export declare class ApiError extends Error {
    readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 429 | 500 | 503;
    readonly code: string;
    readonly details?: unknown;
    readonly name = "ApiError";
    constructor(status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 429 | 500 | 503, code: string, message: string, details?: unknown);
}
export declare function notFound(message?: string): ApiError;
/** Returns the error for a program that cannot be registered as a worker. The program continues without a registration. */
export declare function tooManyWorkers(): ApiError;
