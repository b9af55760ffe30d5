import type { ByteStream, ResponseInput } from '../../shared/types/file-input.js';
/** Returns a response's body. @throws `ValidationError` if the response is an error, has no body or was read. */
export declare function bodyOf({ ok, status, url, body, bodyUsed }: ResponseInput): ByteStream;
/** Returns the file name that the server suggests (RFC 6266); otherwise, the last segment of the URL. */
export declare function responseName({ headers, url }: ResponseInput): string | undefined;
/** Returns a response's size in bytes, if known. The length of an encoded body is not that of the file. */
export declare function responseSize({ headers }: ResponseInput): number | undefined;
/** Formats a URL for an error message, without its credentials and its query, which may contain a signature. */
export declare function showUrl(url: string): string;
