/**
 * Divides a vector by its length in float32. The result is bit-for-bit identical to `x / numpy.linalg.norm(x)`.
 *
 * @returns A description of the problem if the length is zero or not finite, in which case the vector is unchanged.
 */
export declare function normalise(vector: Float32Array): 'zero' | 'not finite' | undefined;
/**
 * Normalises a matrix row in place.
 *
 * @throws `ModuleError` that identifies the row if it cannot be normalised.
 */
export declare function normaliseRow(vector: Float32Array, row: number): void;
