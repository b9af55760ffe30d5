import type { ErrorCode } from '../shared/types/error-code.js';
/** A symbol shared by all copies of the package, regardless of format and version. */
export declare const errorBrand: unique symbol;
/** Makes `instanceof` hold for instances of the class from another copy of the package, too. Every error class calls it. */
export declare function brandErrorClass(errorClass: {
    readonly prototype: object;
}, name: string): void;
/** Options common to all errors in this package. */
export interface MillraceErrorOptions {
    /** The id of the run. */
    requestId?: string | undefined;
    /** The id of the HTTP exchange. */
    exchangeId?: string | undefined;
    retryable?: boolean | undefined;
    /** The underlying error. It is printed and serialised, so it must not reference a request, which contains the API key. */
    cause?: unknown;
}
/**
 * The base class of all errors thrown by this package. Abort reasons and errors thrown by your callbacks are passed through
 * unchanged. {@link isMillraceError} and `instanceof` both work across two copies of the package.
 */
export declare abstract class MillraceError extends Error {
    abstract readonly code: ErrorCode;
    /** The id of the run that the error is about. */
    readonly requestId: string | undefined;
    /** The id of the HTTP exchange, to include when you contact the server's operator. */
    readonly exchangeId: string | undefined;
    /** Whether retrying the same call later may succeed. */
    readonly retryable: boolean;
    constructor(message: string, options?: MillraceErrorOptions);
    /** Returns the error as plain data, without the stack. */
    toJSON(): Record<string, unknown>;
}
