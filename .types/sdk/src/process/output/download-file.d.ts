import type { Connection } from '../../http/connection.js';
import type { RequestOptions } from '../../shared/types/client-options.js';
import type { FetchOutputOptions } from '../../shared/types/process.js';
import type { InlineOutput } from '../../wait/read-run.js';
/** Downloads a file from a presigned URL. Starts over if the download is incomplete. */
export declare function downloadFile(connection: Connection, url: string, path: string, what: string, options: FetchOutputOptions): Promise<void>;
/** Downloads a file from a presigned URL into memory. Starts over if the download is incomplete. */
export declare function downloadToMemory(connection: Connection, url: string, fileId: string, what: string, options: FetchOutputOptions): Promise<Buffer>;
/** Repeats a download after a transient error. */
export declare function withRetries<T>(connection: Connection, url: string, what: string, options: RequestOptions, attempt: () => Promise<T>): Promise<T>;
/**
 * Saves an output sent inline with its run's record.
 *
 * @returns `false` if the output is corrupt, in which case it is not saved.
 */
export declare function saveInline(output: InlineOutput, path: string, options: FetchOutputOptions): Promise<boolean>;
/** Returns an output sent inline with its run's record, or `undefined` if the output is corrupt. */
export declare function keepInline(output: InlineOutput, fileId: string, options: FetchOutputOptions): Promise<Buffer | undefined>;
