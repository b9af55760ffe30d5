import type { Json } from 'millrace/shared/types/json.js';
export interface FixedParams {
    /** Number of words per snippet. */
    readonly chunkSize: number;
    /** Number of words that each snippet shares with the previous one. */
    readonly overlapSize: number;
}
/**
 * Reads the parameters for the `fixed` model.
 *
 * @throws `ModuleError` unless 1 <= overlap_size < chunk_size <= 10 000.
 */
export declare function readFixedParams(params: Readonly<Record<string, Json>>): FixedParams;
