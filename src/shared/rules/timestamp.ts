import { formatValue } from './format-value.js';
import { isDate } from './class-of.js';

const pattern = /^(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2}):(\d{1,2}))?$/;

/** The range of accepted times, in Unix seconds. The upper bound is exclusive. */
const lowerBound = Date.UTC(2023, 0, 1) / 1000;
const upperBound = Date.UTC(9999, 11, 31) / 1000;

/**
 * Parses a UTC time: a `Date`, `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`. A date without a time becomes the day's first second if `bound` is
 * `start`, and the day's last second if `bound` is `end`.
 *
 * @returns The time in Unix seconds, or an error message.
 */
export function parseTimestamp(value: unknown, bound: 'start' | 'end'): number | string {
  const seconds = isDate(value) ? Math.floor(value.getTime() / 1000) : parseText(value, bound);
  if (seconds === undefined || Number.isNaN(seconds)) {
    return `Expected a Date, 'YYYY-MM-DD' or 'YYYY-MM-DD HH:MM:SS' in UTC, got ${formatValue(value)}`;
  }
  if (seconds < lowerBound || seconds >= upperBound) {
    return `Expected a time on or after 2023-01-01 and before 9999-12-31, got ${formatValue(value)}`;
  }
  return seconds;
}

/** Returns an error message if the start time is after the end time. Both are in Unix seconds. */
export function checkTimeRange(start: number | null | undefined, end: number | null | undefined): string | undefined {
  if (start == null || end == null || start <= end) return undefined;
  const [from, to] = [start, end].map((seconds) => new Date(seconds * 1000).toISOString());
  return `Expected the start not to be after the end, got ${from} and ${to}`;
}

function parseText(value: unknown, bound: 'start' | 'end'): number | undefined {
  const match = typeof value === 'string' ? pattern.exec(value) : null;
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part as string | undefined));
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const isDateOnly = match[4] === undefined;
  const isEnd = bound === 'end';
  const [h, m, s] = isDateOnly ? (isEnd ? [23, 59, 59] : [0, 0, 0]) : [hour ?? 0, minute ?? 0, second ?? 0];
  const date = new Date(Date.UTC(year, month - 1, day, h, m, s));
  const exists =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === h &&
    date.getUTCMinutes() === m &&
    date.getUTCSeconds() === s;
  return exists ? date.getTime() / 1000 : undefined;
}
