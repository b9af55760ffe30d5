/**
 * Returns a unit vector for a blank text. Its components have equal magnitudes and alternating signs, so it is unlikely to be similar to
 * the vector of a text that is not blank.
 */
export function createBlankTextVector(dimension: number): Float32Array {
  return Float32Array.from({ length: dimension }, (_, i) => (i % 2 === 0 ? 1 : -1) / Math.sqrt(dimension));
}
