import type { Limits } from '../types/limits.js';
import { showValue } from '../rules/show-value.js';

/** Whether the sizes of the `fixed` parser's windows make sense together: each window must go on beyond the one before. */
export function checkParserParams(params: Readonly<Record<string, unknown>>, limits: Limits): string | undefined {
  const { chunk_size: chunk, overlap_size: overlap } = params;
  const [min, max] = limits.characters === 'ascii-lower-case' ? [4, 20] : [2, 10_000];
  if (typeof chunk === 'number' && (chunk < min || chunk > max)) {
    return `Expected chunk_size to be ${min} to ${max}, got ${showValue(chunk)}`;
  }
  if (typeof chunk === 'number' && typeof overlap === 'number' && (overlap < 1 || overlap >= chunk)) {
    return `Expected overlap_size to be 1 to ${chunk - 1}, less than chunk_size, got ${showValue(overlap)}`;
  }
  return undefined;
}
