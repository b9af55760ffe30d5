/** A block of consecutive matrix rows. */
interface RowBlock {
    /** The values in row-major order. The array is reused for the next block. */
    readonly values: Float32Array;
    readonly rows: number;
}
/** A matrix in an NPY file, read block by block because it may not fit in memory. */
interface NpyMatrix {
    readonly rows: number;
    readonly columns: number;
    /** Reads all rows as float32, converted as NumPy's `astype` does. */
    readonly blocks: () => AsyncGenerator<RowBlock>;
}
/**
 * Opens an NPY file with one vector per row, passes the matrix to `work`, and closes the file.
 *
 * @throws `ModuleError` if the file is not an NPY file, is truncated, or does not contain a numeric matrix.
 */
export declare function readNpyMatrix<T>(path: string, work: (matrix: NpyMatrix) => Promise<T>): Promise<T>;
export {};
