import type { Json } from 'millrace/shared/types/json.js';
import { findModule } from 'millrace/shared/modules/catalogue.js';
import { formatValue } from 'millrace/shared/rules/format-value.js';
import { ModuleError } from '../../module-contract/module.js';

/** The maximum length of a snippet, in words. */
const maxChunkSize = 10_000;

export interface FixedParams {
  /** The number of words in a snippet. */
  readonly chunkSize: number;
  /** The number of words that each snippet repeats from the previous snippet. */
  readonly overlapSize: number;
}

/**
 * Reads and validates the parameters of the `fixed` model. Missing parameters default to the values in the catalogue.
 *
 * @throws `ModuleError` unless both are integers and 1 <= overlap_size < chunk_size <= 10,000.
 */
export function parseFixedParams(params: Readonly<Record<string, Json>>): FixedParams {
  const chunkSize = readInteger(params, 'chunk_size', 2, maxChunkSize);
  return { chunkSize, overlapSize: readInteger(params, 'overlap_size', 1, chunkSize - 1) };
}

function readInteger(params: Readonly<Record<string, Json>>, name: string, min: number, max: number): number {
  const value = params[name] ?? getDefault(name);
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  const hint = name === 'overlap_size' ? ' (it must be less than chunk_size)' : '';
  throw new ModuleError(
    `Expected the parser's parameter ${name} to be a whole number from ${min} to ${max}${hint}, got ${formatValue(value)}.`,
  );
}

function getDefault(name: string): number | boolean | string | undefined {
  return findModule('parser')?.models.find((model) => model.name === 'fixed')?.params?.[name]?.default;
}
