import type { ModuleContext } from '../module-contract/module.js';
/** A module's size-limited binary output. */
export declare class BinaryOutput {
    #private;
    private constructor();
    /**
     * Creates the file in the scratch directory, passes the output to `work`, and always closes the file.
     *
     * @returns The file's path.
     * @throws `ModuleError` if the output exceeds the limit.
     */
    static write(name: string, context: Pick<ModuleContext, 'scratch' | 'limits'>, work: (output: BinaryOutput) => Promise<void>): Promise<string>;
    /** Appends bytes. The caller may reuse the buffer once the promise resolves. */
    append(bytes: Uint8Array): Promise<void>;
    /** Overwrites bytes that have already been written. */
    replace(bytes: Uint8Array, position: number): Promise<void>;
}
/** Returns the numbers as little-endian bytes, as stored in files. On a little-endian CPU, the bytes are not copied. */
export declare function littleEndianBytes(values: Float32Array): Uint8Array;
