/**
 * Parses a UTC time: a `Date`, `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`. For a date without a time, a start is the
 * day's first second, and an end is its last second.
 *
 * @returns The time in Unix seconds, or an error message.
 */
export declare function readTimestamp(value: unknown, bound: 'start' | 'end'): number | string;
/** Checks that a start time is not after the end time, both in Unix seconds. */
export declare function checkTimeRange(start: number | null | undefined, end: number | null | undefined): string | undefined;
