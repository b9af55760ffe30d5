import type { FileInput, FileMetadata } from '../shared/types/file-input.js';
import type { FileSet, FoundFiles, ManyItem } from '../shared/types/many-files.js';
import { type FindOptions } from './find-files.js';
/** A file in a batch and its manifest key. */
export interface BatchItem {
    readonly key: string;
    readonly file: FileInput;
    readonly metadata: FileMetadata;
}
/** Yields the files in a set lazily, each with its manifest key. */
export declare function batchItems(files: FileSet, optionsFor: (where: FoundFiles) => FindOptions, signal: AbortSignal | undefined): AsyncGenerator<BatchItem>;
/** Whether a set is finite and can be iterated more than once. */
export declare function isCountable(files: FileSet): boolean;
/** Whether the files are specified by a glob pattern or a directory. */
export declare function isFoundFiles(entry: FileSet | FileInput | ManyItem | FoundFiles): entry is FoundFiles;
/** Returns a file's size and modification time, if known. They show whether the file has changed. */
export declare function readFileStats(file: FileInput): Promise<{
    size?: number;
    mtimeMs?: number;
}>;
