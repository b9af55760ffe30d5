import type { Limits } from '../types/limits.js';
import { showValue } from './show-value.js';

/** Whether a number of seconds can be a file's time to live. */
export function checkExpireTime(value: unknown, limits: Limits): string | undefined {
  const { min, max } = limits.expireTime;
  return checkWhole(value, min, max, 'an expire time', ' seconds');
}

/** Whether a number can be the most files of an answer. */
export function checkMaxFiles(value: unknown, limits: Limits): string | undefined {
  return checkWhole(value, 1, limits.maxFiles, 'the most files', '');
}

/** Whether a number can be that of the snippets per file. */
export function checkK(value: unknown, limits: Limits): string | undefined {
  return checkWhole(value, 1, limits.k, '`k`', '');
}

function checkWhole(value: unknown, min: number, max: number, noun: string, unit: string): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return undefined;
  const range = max === Infinity ? `from ${min} up` : `from ${min} to ${max}`;
  return `Expected ${noun} to be a whole number ${range}${unit}, got ${showValue(value)}`;
}
