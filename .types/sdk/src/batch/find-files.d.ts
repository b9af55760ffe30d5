import type { DirectoryFiles, FoundFiles, GlobFiles } from '../shared/types/many-files.js';
import { type PathTest } from './glob-pattern.js';
export interface FindOptions {
    /** Returns whether to skip an absolute path. A skipped directory is not searched. */
    readonly shouldSkip: PathTest;
    readonly signal: AbortSignal | undefined;
}
/** Yields the paths of matching files. Reads one directory at a time. */
export declare function findFiles(where: FoundFiles, options: FindOptions): AsyncGenerator<string>;
/** Polls a directory for new files. A file is ready once it is not empty and has not changed between two polls. */
export declare class Watch {
    #private;
    constructor(where: DirectoryFiles, options: FindOptions);
    /** Yields the files that have become ready since the last poll. */
    poll(): AsyncGenerator<string>;
}
/** Whether the files are specified by a glob pattern. */
export declare function isGlob(where: FoundFiles): where is GlobFiles;
export declare function toPath(directory: string | URL): string;
