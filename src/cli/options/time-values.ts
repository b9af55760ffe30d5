import { UsageError } from '../command.js';

const secondsByUnit = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Parses a duration such as `90d`. @returns Seconds, or `undefined` if the text is not a duration. */
export function parseDurationSeconds(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * secondsByUnit[unit as keyof typeof secondsByUnit];
}

/** Describes a number of seconds in the largest unit that divides it, such as `90 days`. */
export function describeDuration(seconds: number): string {
  const names = { d: 'day', h: 'hour', m: 'minute', s: 'second' } as const;
  const unit = (['d', 'h', 'm'] as const).find((each) => seconds % secondsByUnit[each] === 0) ?? 's';
  const count = seconds / secondsByUnit[unit];
  return `${count} ${names[unit]}${count === 1 ? '' : 's'}`;
}

/** Parses a time, or a duration before now, such as `7d`. @throws `UsageError` if the text is neither. */
export function readTime(option: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const secondsAgo = parseDurationSeconds(text);
  if (secondsAgo !== undefined) return new Date(Date.now() - secondsAgo * 1000);
  const time = new Date(/^\d{4}-\d\d-\d\d \d/.test(text) ? `${text.replace(' ', 'T')}Z` : text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new UsageError(
    `Expected --${option} to be a time such as 2026-05-01 or '2026-05-01 12:00:00', or a duration such as 7d, got '${text}'.`,
  );
}
