import { type Scanned, type RowRange } from './scan-vectors.js';
/** A message to the thread, containing a query and the row ranges to compare with it. */
export interface ScanRequest {
    readonly ranges: readonly RowRange[];
    readonly query: Float32Array;
    readonly limit: number;
}
/** A message from the thread, containing the result for each range. */
export type ScanResponse = readonly Scanned[];
