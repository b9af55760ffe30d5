import type { FileSource } from './file-source.js';
import type { Connection } from '../../http/connection.js';
import type { RequestOptions } from '../../shared/types/client-options.js';
/**
 * Reads a file that is small enough to be sent with the request, which saves a round trip.
 *
 * @param maxBytes Maximum content size accepted in a request, or `null` if the server accepts no content in requests.
 * @returns The content, or `undefined` if the file is larger or its size is unknown.
 * @throws `IntegrityError` if the file's size has changed; `ConnectionError` if no bytes arrive within the timeout; a read error;
 * or the signal's reason.
 */
export declare function readSmallContent(connection: Connection, source: FileSource, maxBytes: number | null, options: RequestOptions): Promise<Buffer | undefined>;
