import { formatValue, formatRange } from './format-value.js';
import type { Limits } from '../types/limits.js';
import type { Issue } from '../types/error-code.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Checks that an id is a UUID. Returns an error message, or `undefined` if the id is valid. */
export function checkId(value: unknown, noun = 'an id'): string | undefined {
  return typeof value === 'string' && uuid.test(value)
    ? undefined
    : `Expected ${noun} to be of the form 01234567-89ab-cdef-0123-456789abcdef, got ${formatValue(value)}`;
}

/** Checks a file's time to live in seconds. `null` means that the file never expires. */
export function checkExpireTime(value: unknown, limits: Limits): string | undefined {
  const { min, max } = limits.expireTime;
  if (value === null) {
    if (limits.neverExpires) return undefined;
    return `Expected an expiry time in seconds, got null; on this server, every file expires after at most ${max} seconds`;
  }
  return checkInteger(value, min, max, 'an expiry time', ' of seconds');
}

/** Checks `maxFiles`, the maximum number of files in a response. */
export function checkMaxFiles(value: unknown, limits: Limits): string | undefined {
  return checkInteger(value, 1, limits.maxFiles, 'the maximum number of files', '');
}

/** Checks `k`, the maximum number of snippets per file. */
export function checkK(value: unknown, limits: Limits): string | undefined {
  return checkInteger(value, 1, limits.k, '`k`', '');
}

function checkInteger(value: unknown, min: number, max: number, noun: string, unit: string): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return undefined;
  const range = max === Infinity ? `, at least ${min}` : ` between ${min} and ${max}`;
  return `Expected ${noun} to be a whole number${unit}${range}, got ${formatValue(value)}`;
}

/** Checks a list and its items. The path of an issue is the item's index, or empty if the list itself is invalid. */
export function checkList(
  value: unknown,
  limits: Limits,
  checkItem: (item: unknown, limits: Limits) => string | undefined,
): Issue[] {
  if (!Array.isArray(value)) return [{ path: [], message: `Expected an array, got ${formatValue(value)}` }];
  if (value.length === 0 || value.length > limits.listLength) {
    return [{ path: [], message: `Expected ${formatRange(1, limits.listLength, 'item')}, got ${value.length}` }];
  }
  return value.flatMap((item: unknown, index): Issue[] => {
    const message = checkItem(item, limits);
    return message === undefined ? [] : [{ path: [index], message }];
  });
}
