import { isDate } from './class-of.js';

const maxLength = 60;

/** Formats a value for an error message. Quotes strings, and truncates long ones. Does not show the contents of objects or arrays. */
export function formatValue(value: unknown): string {
  if (typeof value === 'string') {
    const text = value.length > maxLength ? `${value.slice(0, maxLength)}…` : value;
    return JSON.stringify(text);
  }
  if (value === null || ['undefined', 'boolean', 'number', 'bigint'].includes(typeof value)) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (isDate(value)) return Number.isNaN(value.getTime()) ? 'an invalid date' : `the date ${value.toISOString()}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Returns whether a value is an object and not an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Formats a range: `between 1 and 64 characters`, or `at least 1 character` if there is no upper bound. */
export function formatRange(min: number, max: number, unit: string): string {
  return max === Infinity ? `at least ${min} ${unit}${min === 1 ? '' : 's'}` : `between ${min} and ${max} ${unit}s`;
}
