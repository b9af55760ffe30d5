import type { FileFilter } from '../shared/types/file-record.js';
import type { Limits } from '../shared/types/limits.js';
import type { Issues } from './issues.js';
import type { OptionTable } from './option-table.js';
type Filter = Omit<FileFilter, 'sortOrder'>;
/** @param extensions The file extensions that the pipeline accepts, if known. */
export declare function filterTable(limits: Limits, extensions: readonly string[] | undefined): OptionTable<keyof Filter>;
/** Adds an issue if the filter has no selectors, and for each time range that ends before it starts. */
export declare function checkSelection(filter: Filter, issues: Issues): void;
/**
 * Converts a filter to the server's format, with names in the server's case and times in Unix seconds. The filter must have
 * passed {@link filterTable}.
 */
export declare function readFilter(filter: Filter, limits: Limits): {
    fileIds: string[] | null;
    fileNames: string[] | null;
    directories: string[] | null;
    filePaths: string[] | null;
    tags: Record<string, string>[] | null;
    createdAtStart: number | null;
    createdAtEnd: number | null;
    lastUpdatedStart: number | null;
    lastUpdatedEnd: number | null;
    maxFiles: number;
};
export {};
