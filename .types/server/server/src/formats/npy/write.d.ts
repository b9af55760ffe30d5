import type { ModuleContext } from '../../module-contract/module.js';
/** Writes matrix rows to an NPY file. */
interface NpyRows {
    readonly count: number;
    /**
     * Adds a row. Returns a promise if the caller must wait for a write, and `undefined` otherwise.
     *
     * @throws `RangeError` if the row's length differs from the first row's.
     */
    add(row: Float32Array): Promise<void> | undefined;
}
/**
 * Writes vectors as the rows of a float32 matrix, in the format of `numpy.save`, without keeping them in memory.
 *
 * @param options `columns` is the number of columns to use if there are no rows.
 * @returns The path of `output.npy` in the scratch directory, and the matrix's shape.
 * @throws `ModuleError` if the number of rows or bytes exceeds the limits.
 * @example
 * ```ts
 * const { path, rows } = await writeNpy(context, { columns: 384 }, async (npy) => {
 *   for (const item of items) await npy.add(await embed(item.text));
 * });
 * ```
 */
export declare function writeNpy(context: Pick<ModuleContext, 'scratch' | 'limits'>, options: {
    columns?: number;
}, work: (npy: NpyRows) => Promise<void>): Promise<{
    path: string;
    rows: number;
    columns: number;
}>;
export {};
