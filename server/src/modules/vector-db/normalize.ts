import { ModuleError } from '../../module-contract/module.js';

const toFloat32 = Math.fround;

/**
 * Divides a vector by its Euclidean norm, in place and in float32. The result is bit-for-bit identical to a row of
 * `x / numpy.linalg.norm(x, axis=1, keepdims=True)`.
 *
 * @returns `undefined`, or the reason why the vector was left unchanged: its norm is zero or not finite.
 */
export function normalizeVector(vector: Float32Array): 'zero' | 'not finite' | undefined {
  const norm = toFloat32(Math.sqrt(computeSumOfSquares(vector, 0, vector.length)));
  // as in NumPy, the square of a float32 overflows for magnitudes above about 1.8e19, and underflows to 0 below about 2.6e-23
  if (!Number.isFinite(norm)) return 'not finite';
  if (norm === 0) return 'zero';
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) / norm;
  return undefined;
}

/** Normalizes a row of a matrix. @throws `ModuleError` if the row's norm is zero or not finite. */
export function normalizeRow(row: Float32Array, index: number): void {
  const problem = normalizeVector(row);
  if (problem === undefined) return;
  const ruleAndValue =
    problem === 'zero'
      ? 'to have a non-zero length in float32, got only zeros or numbers that are too small'
      : 'to have a finite length in float32, got NaN, an infinity or a number that is too large';
  throw new ModuleError(`Expected vector [${index}] ${ruleAndValue}. Correct or remove it.`);
}

/**
 * Sums the squares in NumPy's pairwise order (`pairwise_sum` in numpy/core/src/umath/loops_utils.h.src), because the order affects the
 * last bits of the result.
 */
function computeSumOfSquares(x: Float32Array, from: number, count: number): number {
  if (count > 128) {
    const half = count / 2;
    const firstCount = Math.floor(half) - (Math.floor(half) % 8);
    return toFloat32(
      computeSumOfSquares(x, from, firstCount) + computeSumOfSquares(x, from + firstCount, count - firstCount),
    );
  }
  const square = (at: number): number => {
    const value = x[from + at] ?? 0;
    return toFloat32(value * value);
  };
  let sum = 0;
  let at = 0;
  if (count >= 8) {
    const sums = new Float32Array(8);
    for (; at + 8 <= count; at += 8) for (let j = 0; j < 8; j++) sums[j] = (sums[j] ?? 0) + square(at + j);
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = sums;
    sum = toFloat32(toFloat32(toFloat32(a + b) + toFloat32(c + d)) + toFloat32(toFloat32(e + f) + toFloat32(g + h)));
  }
  for (; at < count; at++) sum = toFloat32(sum + square(at));
  return sum;
}
