import type { Queryable } from '../../store/db/db.js';
/** An embedded text, and its line numbers in the original file. */
export interface Snippet {
    readonly text: string;
    readonly lineNumbers: readonly number[];
}
/** Returns the blob key for each file's snippets, by file id. Files without snippets are omitted. */
export declare function findSnippetBlobs(db: Queryable, fileIds: readonly string[]): Promise<Map<string, string>>;
/**
 * Reads the snippets for the specified rows only.
 *
 * @param reserve Called with the size of each snippet in bytes before it is read. It can throw an error to stop reading.
 */
export declare function readSnippets(path: string, rows: readonly number[], reserve: (bytes: number) => void): Promise<Snippet[]>;
