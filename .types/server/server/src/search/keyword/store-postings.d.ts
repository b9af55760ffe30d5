import type { Posting } from '../../formats/postings.js';
import type { Queryable } from '../../store/db/db.js';
/** The postings that `keyword-db` wrote. If there are few, they are in memory. Otherwise, they are read from their file. */
type Postings = {
    readonly rows: readonly Posting[];
} | {
    readonly path: string;
};
/**
 * Opens a file's postings. A small number of postings is loaded into memory, so that the transaction does not wait for the disk.
 */
export declare function openPostings(path: string): Promise<Postings>;
/**
 * Stores a file's postings for search. If the postings are in memory, the statement is sent before this function returns its
 * promise.
 *
 * @param tx The transaction that makes the file ready, so that both commit together.
 */
export declare function storePostings(tx: Queryable, fileId: string, postings: Postings): Promise<void>;
export {};
