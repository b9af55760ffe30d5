import { ModuleError } from '../../module-contract/module.js';

const round = Math.fround;

/**
 * Divides a vector by its length, in place and in float32. The result is bit-for-bit identical to `x / numpy.linalg.norm(x)`.
 *
 * @returns `undefined`, or the problem with the length. If there is a problem, the vector remains unchanged.
 */
export function normalise(vector: Float32Array): 'zero' | 'not finite' | undefined {
  const length = round(Math.sqrt(sumOfSquares(vector, 0, vector.length)));
  // as in NumPy, squares in float32 overflow for numbers above 1e19 and underflow to 0 for numbers below 1e-23
  if (!Number.isFinite(length)) return 'not finite';
  if (length === 0) return 'zero';
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) / length;
  return undefined;
}

/** @throws `ModuleError` if the row's length is zero or not finite. */
export function normaliseRow(vector: Float32Array, row: number): void {
  const cause = normalise(vector);
  if (cause === undefined) return;
  const ruleAndValue =
    cause === 'zero'
      ? 'to be non-zero, got only zeros'
      : 'to have a finite length in float32, got NaN, an infinity or a number that is too large';
  throw new ModuleError(`Expected vector [${row}] ${ruleAndValue}. Correct or remove it.`);
}

/**
 * Sums the squares in NumPy's pairwise order (`pairwise_sum` in numpy/core/src/umath/loops_utils.h.src), because the order affects the
 * last bit of the result.
 */
function sumOfSquares(x: Float32Array, from: number, count: number): number {
  if (count > 128) {
    const half = count / 2;
    const first = Math.floor(half) - (Math.floor(half) % 8);
    return round(sumOfSquares(x, from, first) + sumOfSquares(x, from + first, count - first));
  }
  const square = (at: number): number => {
    const value = x[from + at] ?? 0;
    return round(value * value);
  };
  let sum = 0;
  let at = 0;
  if (count >= 8) {
    const sums = new Float32Array(8);
    for (; at + 8 <= count; at += 8) for (let j = 0; j < 8; j++) sums[j] = (sums[j] ?? 0) + square(at + j);
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = sums;
    sum = round(round(round(a + b) + round(c + d)) + round(round(e + f) + round(g + h)));
  }
  for (; at < count; at++) sum = round(sum + square(at));
  return sum;
}
