import { ResponseShapeError } from '../errors/response-error.js';
/** Parses a string. Returns `undefined` if it is not JSON. */
export declare function parseJson(text: string): unknown;
/** Returns whether a response is a web page. No server of the hosted protocol or of `/v1` sends one. */
export declare function isWebPage(body: unknown): boolean;
/** The error if a server of another kind responded. */
export declare function otherServerError(what: string, apiUrl: string, body: unknown): ResponseShapeError;
/** The error fields of a response, in the format of either the hosted protocol or `/v1`. */
export interface ErrorFields {
    readonly message: string | undefined;
    readonly code: string | undefined;
    /** The id of the HTTP exchange, which the hosted protocol calls `request_id`. */
    readonly exchangeId: string | undefined;
}
export declare function readErrorFields(body: unknown): ErrorFields;
