import { isDate } from './class-of.js';

const maxLength = 60;

/** Formats a value for an error message: short, quoted if it is a string, and never a whole object. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') {
    const text = value.length > maxLength ? `${value.slice(0, maxLength)}…` : value;
    return JSON.stringify(text);
  }
  if (value === null || ['undefined', 'boolean', 'number', 'bigint'].includes(typeof value)) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (isDate(value)) return `the date ${Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Returns whether a value is a non-array object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Counts code points, so that an emoji counts as one character instead of two. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Formats a range: `between 1 and 64 characters`, or `at least 1 character` if there is no upper bound. */
export function showRange(min: number, max: number, unit: string): string {
  return max === Infinity ? `at least ${min} ${unit}${min === 1 ? '' : 's'}` : `between ${min} and ${max} ${unit}s`;
}

/** The minimum length of a key. Shorter secrets are not masked, because they occur in ordinary words. */
export const minSecretLength = 8;

/** Masks a secret in a string, such as an error page. */
export function redact(text: string, secret: string): string {
  return secret.length < minSecretLength ? text : text.replaceAll(secret, maskKey(secret));
}

/** Returns the start and end of a key, enough to distinguish the key from others: `sk…f3`. */
export function maskKey(key: string): string {
  return key.length < 12 ? '…' : `${key.slice(0, 2)}…${key.slice(-2)}`;
}
