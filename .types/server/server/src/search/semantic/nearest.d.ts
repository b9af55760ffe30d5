/** A vector near a query: its row and its cosine similarity to the query. */
export interface Neighbour {
    readonly row: number;
    readonly cosine: number;
}
/** Orders neighbours nearest first. Ties are ordered by row. */
export declare function compareNeighbours(a: Neighbour, b: Neighbour): number;
/** Keeps the `limit` nearest rows in a heap with the farthest row at the top. Rows must be added in ascending order. */
export declare class Nearest {
    #private;
    /** The cosine that the next row must exceed. Rows are added in ascending order, so a tie ranks after the farthest row. */
    threshold: number;
    constructor(limit: number);
    /** @param cosine Must exceed `threshold`. */
    add(row: number, cosine: number): void;
    /** Returns the rows, nearest first. */
    toSorted(): Neighbour[];
}
