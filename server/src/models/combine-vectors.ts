/**
 * One vector for the pieces of one text: their mean, each weighted by its size. What mean pooling over the whole text would give,
 * up to what the pieces do not see of each other.
 */
export function combineVectors(vectors: readonly Float32Array[], sizes: readonly number[]): Float32Array {
  const [first] = vectors;
  if (!first || vectors.length === 1) return first ?? new Float32Array();
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return first.map((_, i) => vectors.reduce((sum, vector, j) => sum + ((vector[i] ?? 0) * (sizes[j] ?? 0)) / total, 0));
}
