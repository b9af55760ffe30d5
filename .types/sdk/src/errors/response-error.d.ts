import { MillraceError, type MillraceErrorOptions } from './millrace-error.js';
/** The response does not follow the protocol, because the URL points to a different service or the server is broken. */
export declare class ResponseShapeError extends MillraceError {
    readonly name: string;
    readonly code: 'response_shape';
    /** The parsed response body if it is JSON, otherwise its text. */
    readonly body: unknown;
    constructor(message: string, body: unknown, options?: MillraceErrorOptions);
    toJSON(): Record<string, unknown>;
}
/**
 * A file does not have the expected size or checksum. Either a download does not match what the server announced and was not
 * saved, or a file changed during its upload.
 */
export declare class IntegrityError extends MillraceError {
    readonly name: string;
    readonly code: 'integrity';
}
