import { ModuleError } from '../../module-contract/module.js';

const round = Math.fround;

/**
 * Divides a vector by its length, in float32 and to the bit as `x / numpy.linalg.norm(x)`.
 *
 * @returns What is wrong with it, when it has no direction or no length; then it is unchanged.
 */
export function normalise(vector: Float32Array): 'zero' | 'not finite' | undefined {
  const length = round(Math.sqrt(sumOfSquares(vector, 0, vector.length)));
  // the squares of numbers above 1e19 are infinite in float32, and those below 1e-23 nothing: NumPy has no answer either
  if (!Number.isFinite(length)) return 'not finite';
  if (length === 0) return 'zero';
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) / length;
  return undefined;
}

/** @throws `ModuleError` that names the row at fault. */
export function normaliseRow(vector: Float32Array, row: number): void {
  const fault = normalise(vector);
  if (fault === undefined) return;
  const problem =
    fault === 'zero'
      ? 'to have a direction, got zeros only'
      : 'to be of finite numbers whose squares are so, too, in float32, got one that is not';
  throw new ModuleError(`Expected vector [${row}] ${problem}. Leave it out, or correct it.`);
}

/** NumPy's pairwise summation (`pairwise_sum` in numpy/core/src/umath/loops_utils.h.src): the order decides the last bit. */
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
