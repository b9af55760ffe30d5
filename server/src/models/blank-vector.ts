/** Returns a vector of length 1 that is not near to any text: its numbers are equally large, with alternating signs. */
export function blankVector(dimension: number): Float32Array {
  return Float32Array.from({ length: dimension }, (_, i) => (i % 2 === 0 ? 1 : -1) / Math.sqrt(dimension));
}
