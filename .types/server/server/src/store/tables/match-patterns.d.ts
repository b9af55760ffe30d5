import type { Queryable } from '../db/db.js';
/** A value with `*`, which is compared with every file. An omitted part matches any file. */
export interface FilePattern {
    readonly argument: 'file_names' | 'symbolic_directory_paths' | 'symbolic_file_paths';
    /** As sent by the client. */
    readonly value: string;
    readonly name?: TextPattern;
    /** For a directory with a trailing slash, so that `/my/*` also matches files located directly in `/my`. */
    readonly directory?: TextPattern;
}
interface TextPattern {
    readonly text: string;
    readonly kind: 'equal' | 'start' | 'end' | 'within';
}
export declare function isPattern(value: string): boolean;
export declare function namePattern(value: string): TextPattern;
export declare function directoryPattern(value: string): TextPattern;
export declare function pathPattern(value: string): FilePattern;
/**
 * Whether PostgreSQL should compare these patterns with each file, one by one. It is faster for a few patterns. For many, or for
 * a long text that can be anywhere in a name, its time would be their product.
 */
export declare function areFew(patterns: readonly FilePattern[]): boolean;
/** Returns the condition that a file matches the pattern. @param names The SQL names of the keys. */
export declare function conditionOf({ name, directory }: FilePattern, names: readonly [string, string]): {
    sql: string;
    keys: string[];
};
/**
 * Compares a pipeline's files with many patterns in one pass over the names, a page at a time, so that other requests run
 * between the pages.
 *
 * @param scopeSql The condition that selects the pipeline's files, with the parameters `scope`.
 * @returns The ids of the matching files, and the patterns that match no file.
 */
export declare function matchPatterns(db: Queryable, scopeSql: string, scope: readonly unknown[], patterns: readonly FilePattern[]): Promise<{
    ids: string[];
    missed: FilePattern[];
}>;
export {};
