import type { RequestOptions } from '../../shared/types/client-options.js';
import type { Connection } from '../connection.js';
/** A response whose body is still arriving. */
export interface Download {
    /** The body. Reading it fails with a `TransportFault` or the signal's reason. */
    readonly bytes: AsyncIterable<Buffer>;
    /** Length in bytes, if the server sent it. */
    readonly length: number | undefined;
    /** The base64-encoded SHA-256 checksum, if the server sent it (RFC 9530). */
    readonly sha256: string | undefined;
    /** Releases the connection. Always call it. */
    close(): void;
}
/**
 * Requests a presigned URL and follows redirects. Does not send the API key, because the URL may lead to any host.
 *
 * @throws `TransportFault`, `ApiError` (`retryable` if another attempt may succeed), or the signal's reason.
 */
export declare function openDownload(connection: Connection, address: string, what: string, options: RequestOptions): Promise<Download>;
