import { type Neighbour } from './nearest.js';
/** A range of rows in one file's index to compare with a query. */
export interface RowRange {
    readonly indexPath: string;
    readonly snippetsPath: string;
    readonly fromRow: number;
    /** The end of the range, exclusive. It can exceed the number of rows. */
    readonly toRow: number;
}
/** The result of comparing a {@link RowRange} with a query. */
export type Scanned = {
    readonly kind: 'neighbours';
    readonly neighbours: readonly Neighbour[];
} | {
    readonly kind: 'other dimension';
    readonly dimension: number;
}
/** The file has been deleted since the search started. */
 | {
    readonly kind: 'gone';
} | {
    readonly kind: 'unreadable';
    readonly reason: string;
};
/**
 * Finds the rows nearest to a query by comparing all of them. Rows with the same text as an earlier row are skipped.
 *
 * This function is synchronous, for use in a separate thread.
 *
 * @param query A vector normalised to length 1, like the rows.
 */
export declare function scanVectors(range: RowRange, query: Float32Array, limit: number): Scanned;
