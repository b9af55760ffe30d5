import type { Readable } from 'node:stream';
import type { Connection } from '../connection.js';
import type { UploadForm, UploadOptions } from './upload.js';
import { type UploadBody } from './watch-source.js';
/** A file that can be read from any offset. */
interface SeekableBody extends UploadBody {
    readonly size: number;
    /** A string that changes with the content. */
    readonly version: string;
    openFrom(offset: number): Readable;
}
/**
 * Uploads a file using tus 1.0. After a broken connection, the upload continues where it stopped, even in a different process
 * that has the same reservation. tus-js-client would add seven dependencies (34 kB compressed, compared with 2 kB for this file)
 * and a second HTTP stack without this package's proxy support, timeouts and redaction.
 *
 * @throws `ConnectionError`, `ApiError`, an error from reading the file or from `onProgress`, or the signal's reason.
 */
export declare function uploadResumably(connection: Connection, form: UploadForm, body: SeekableBody, options: UploadOptions): Promise<void>;
export {};
