/** Converts one NPY number type to float32, as NumPy's `astype` does. */
export interface NumberType {
    readonly bytes: number;
    /** Reads little-endian numbers into an array of the same length. */
    readonly read: (from: DataView, to: Float32Array) => void;
}
/** The number types, keyed by NumPy type code without the byte order. */
export declare const numberTypes: Readonly<Record<string, NumberType>>;
