import { ValidationError } from '../../errors/validation-error.js';
import type { IfExists } from '../../shared/types/process.js';
import { type ExpectedContent } from './content-check.js';
/**
 * Writes a stream to a temporary file, checks it against the announced size and checksum, syncs it, and only then moves it to
 * its path, so a partial file is never visible there.
 *
 * @param onBytes Called with the size of each chunk.
 * @throws `IntegrityError`; `DiskFault` if the file cannot be written; `ValidationError` if it must not be replaced; any error
 * thrown by `bytes` or `onBytes`.
 */
export declare function writeOutput(path: string, bytes: AsyncIterable<Buffer>, expected: ExpectedContent, ifExists: IfExists, onBytes: (bytes: number) => void): Promise<void>;
export declare function exists(path: string): Promise<boolean>;
/** Whether the file at a path has the expected content. Always `false` if the server did not announce a checksum. */
export declare function isSame(path: string, expected: ExpectedContent, signal?: AbortSignal): Promise<boolean>;
/** Returns the error for an existing file that must not be replaced. */
export declare function fileExistsError(path: string): ValidationError;
/** A file system error while an output is saved, such as a full disk. */
export declare class DiskFault extends Error {
    constructor(cause: unknown, path: string);
}
