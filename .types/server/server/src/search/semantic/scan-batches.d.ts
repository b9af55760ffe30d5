import type { RowRange } from './scan-vectors.js';
/** A file's index on disk. */
export interface SearchedIndex {
    readonly indexPath: string;
    readonly snippetsPath: string;
    /** The number of vectors. */
    readonly count: number;
}
/** A range of rows, and the index that contains them. */
interface BatchPart<I extends SearchedIndex> {
    readonly index: I;
    readonly range: RowRange;
}
/** Splits large indexes and combines small ones into batches. Each batch is processed by one thread. */
export declare function batchesOf<I extends SearchedIndex>(indexes: readonly I[], dimension: number): Generator<readonly BatchPart<I>[]>;
export {};
