import { type NumberType } from './number-types.js';
/** The header of an NPY file (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). */
export interface NpyHeader {
    /** The element type as written in the file, such as `<f4`. */
    readonly descr: string;
    readonly type: NumberType;
    readonly bigEndian: boolean;
    /** Whether the data is stored column by column. */
    readonly fortranOrder: boolean;
    readonly shape: readonly number[];
    /** The offset of the array data in the file. */
    readonly dataOffset: number;
}
/** Maximum header length, in bytes. NumPy itself rejects headers longer than 10 000 bytes. */
export declare const maxHeaderBytes = 65536;
/**
 * Parses the header at the start of an NPY file.
 *
 * @param start The first {@link maxHeaderBytes} bytes of the file, or the whole file if it is smaller.
 * @throws `ModuleError` if the header is invalid, or the array's elements are not plain numbers.
 */
export declare function parseNpyHeader(start: Buffer): NpyHeader;
/** Returns NumPy's header for a float32 matrix stored row by row. */
export declare function float32Header(rows: number, columns: number): Buffer;
/** The length of {@link float32Header} in bytes, which is the same for every shape. */
export declare const float32HeaderBytes: number;
