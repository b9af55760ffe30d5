import type { RequestOptions } from '../../shared/types/client-options.js';
import type { TransferProgress } from '../../shared/types/process.js';
import type { Connection } from '../connection.js';
import { type UploadBody } from './watch-source.js';
export interface UploadForm {
    readonly url: string;
    /** The form's fields, sent in this order before the file. */
    readonly fields: Readonly<Record<string, string>>;
}
export interface UploadOptions extends RequestOptions {
    onProgress?: ((progress: TransferProgress) => void) | undefined;
    /** Called if the whole file was sent but the outcome is unknown, because the server may have received it. */
    onOutcomeUnknown?: () => void;
    /** Called with the number of bytes sent, once the server has responded. */
    onSent?: (bytes: number) => void;
}
/**
 * Posts a file as the last part of a multipart form, using constant memory. Each attempt re-reads the file. The key is not sent,
 * because the form's fields authorise the upload.
 *
 * The caller sends the final progress report, because only the caller knows that the upload succeeded.
 *
 * @throws `ConnectionError`, `ApiError`, an error from reading the file or from `onProgress`, or the signal's reason.
 */
export declare function upload(connection: Connection, form: UploadForm, body: UploadBody, fileName: string, options: UploadOptions): Promise<void>;
