import { Readable } from 'node:stream';
import type { FileInput } from '../../shared/types/file-input.js';
/** A file to upload, opened from any kind of input. */
export interface FileSource {
    /** An absolute path or a name, for use in error messages. */
    readonly label: string;
    /** The file's local name. Its extension determines the file type. */
    readonly localName: string | undefined;
    /** Whether `localName` is only a suggestion, which a `fileName` with another extension replaces. */
    readonly isNameSuggested?: boolean;
    /** Size in bytes, or `undefined` if unknown. */
    readonly size: number | undefined;
    /** Whether `open()` can be called more than once. */
    readonly repeatable: boolean;
    open(): Readable;
    /** Present if the file can be read from any offset. */
    readonly seek?: {
        readonly version: string;
        openFrom(offset: number): Readable;
    };
}
/** Opens any kind of input. @throws `ValidationError` if the file does not exist, or is empty, a directory or unreadable. */
export declare function openSource(file: FileInput): Promise<FileSource>;
/** Returns what an input other than a path says about itself. */
export declare function describeInput(file: Exclude<FileInput, string | URL>): {
    name?: unknown;
    size?: number | undefined;
};
/** Whether an input can be opened again after a failed upload. */
export declare function isReusable(file: FileInput): boolean;
