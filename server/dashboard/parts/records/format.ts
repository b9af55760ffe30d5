import { localeOf, type Language } from '../../text/define-text.js';

/** Formats a duration: `340 ms`, `2.1 s`, `4 min 12 s`, `3 h 5 min`, `2 d 4 h`. */
export function formatDuration(ms: number, language: Language): string {
  const formatValue = (value: number, fractionDigits = 0) =>
    value.toLocaleString(localeOf(language), {
      minimumFractionDigits: fractionDigits,
      maximumFractionDigits: fractionDigits,
    });
  if (ms < 1000) return `${formatValue(Math.round(ms))} ms`;
  if (ms < 59_950) return `${formatValue(ms / 1000, 1)} s`;
  const seconds = Math.round(ms / 1000);
  const formatPair = (big: number, bigUnit: string, small: number, smallUnit: string) =>
    small === 0 ? `${formatValue(big)} ${bigUnit}` : `${formatValue(big)} ${bigUnit} ${small} ${smallUnit}`;
  if (seconds < 3600) return formatPair(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return formatPair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return formatPair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

export function formatBytes(bytes: number, language: Language): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const exponent = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** exponent;
  const maximumFractionDigits = exponent === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString(localeOf(language), { maximumFractionDigits })} ${units[exponent] ?? ''}`;
}

export function formatNumber(value: number, language: Language): string {
  return value.toLocaleString(localeOf(language));
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Formats a time relative to `now` if it is less than a day away, otherwise as the local date and time. Omits the current year. */
export function formatTime(at: Date, now: number, language: Language): string {
  const elapsedMs = now - at.getTime();
  const distanceMs = Math.abs(elapsedMs);
  if (distanceMs >= dayMs) {
    const isInOtherYear = at.getFullYear() !== new Date(now).getFullYear();
    return at.toLocaleString(localeOf(language), {
      day: 'numeric',
      month: 'short',
      ...(isInOtherYear && { year: 'numeric' as const }),
      hour: '2-digit',
      minute: '2-digit',
    });
  }
  const relative = new Intl.RelativeTimeFormat(localeOf(language), { numeric: 'auto', style: 'short' });
  if (distanceMs < minuteMs) return relative.format(-Math.round(elapsedMs / 1000), 'second');
  if (distanceMs < hourMs) return relative.format(-Math.round(elapsedMs / minuteMs), 'minute');
  return relative.format(-Math.round(elapsedMs / hourMs), 'hour');
}

/** Formats the local date and time with milliseconds and time zone. */
export function formatExactTime(at: Date, language: Language): string {
  return at.toLocaleString(localeOf(language), {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    timeZoneName: 'short',
  });
}

/** Formats the local time of day: `14:02:18.112`. */
export function formatTimeOfDay(at: Date): string {
  const pad = (value: number, digits = 2) => String(value).padStart(digits, '0');
  return `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}.${pad(at.getMilliseconds(), 3)}`;
}
