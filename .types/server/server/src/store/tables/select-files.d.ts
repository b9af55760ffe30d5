import type { Queryable } from '../db/db.js';
import { type FileRow } from './files.js';
import { type Tag } from './match-keys.js';
/**
 * The arguments that select files for listings and searches. In the hosted protocol, a file is selected if it is within all time
 * bounds and matches at least one value of any argument.
 */
interface FileSelectors {
    readonly file_ids?: readonly string[] | null | undefined;
    readonly file_names?: readonly string[] | null | undefined;
    readonly symbolic_directory_paths?: readonly string[] | null | undefined;
    readonly symbolic_file_paths?: readonly string[] | null | undefined;
    readonly file_tags?: readonly Tag[] | null | undefined;
    /** Inclusive bounds, in Unix seconds. */
    readonly created_at_start?: number | null | undefined;
    readonly created_at_end?: number | null | undefined;
    readonly last_updated_start?: number | null | undefined;
    readonly last_updated_end?: number | null | undefined;
    readonly max_files?: number | null | undefined;
}
export interface FileSelection {
    /** Newest first. */
    readonly files: FileRow[];
    readonly missingIds: string[];
    /** For each argument, the values that matched no file in the pipeline, as sent by the client. */
    readonly misses: {
        [argument: string]: unknown[];
    }[];
}
/**
 * Selects a pipeline's finished files, and returns which values matched no file. If there are no arguments other than time
 * bounds, all files are selected. If all the arguments are empty lists, no file is selected.
 */
export declare function selectFiles(db: Queryable, accountId: string, pipeline: string, selectors: FileSelectors, now: Date): Promise<FileSelection>;
export {};
