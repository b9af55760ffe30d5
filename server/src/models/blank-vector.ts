/** Returns a unit vector that is not similar to the vector of any text: its components have equal magnitudes and alternating signs. */
export function createBlankVector(dimension: number): Float32Array {
  return Float32Array.from({ length: dimension }, (_, i) => (i % 2 === 0 ? 1 : -1) / Math.sqrt(dimension));
}
