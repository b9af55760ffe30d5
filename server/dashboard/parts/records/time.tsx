import { sharedText } from '../../text/shared-text.js';
import { useLanguage, useText } from '../../text/language.js';
import { formatDuration, formatExactTime, formatTime, formatTimeOfDay } from './format.js';
import { useNow } from './now.js';

export interface TimeProps {
  /** The time in ISO 8601. A dash is shown for `null`. */
  readonly at: string | null;
  /** Whether to show only the time of day, with milliseconds. */
  readonly timeOnly?: boolean;
}

/** A time, with the exact date and time in a tooltip. */
export function Time({ at, timeOnly = false }: TimeProps) {
  const { language } = useLanguage();
  const now = useNow(at !== null && !timeOnly);
  if (at === null) return <NoValue />;
  const date = new Date(at);
  return (
    <time dateTime={at} title={formatExactTime(date, language)}>
      {timeOnly ? formatTimeOfDay(date) : formatTime(date, now, language)}
    </time>
  );
}

/** An expiry time. @param at In ISO 8601; `null` is shown as `never`. */
export function Expiry({ at }: { readonly at: string | null }) {
  const text = useText(sharedText);
  return at === null ? text.never : <Time at={at} />;
}

/** When a file expires, as part of a sentence. @param at In ISO 8601; `null` if it never expires. */
export function ExpiryFact({ at }: { readonly at: string | null }) {
  const text = useText(sharedText);
  if (at === null) return <span>{text.neverExpires}</span>;
  return (
    <span>
      {text.expires} <Time at={at} />
    </span>
  );
}

export interface DurationProps {
  /** The duration in ms; `null` if it is unknown or still increasing. */
  readonly ms: number | null;
  /** The start of a duration that is still increasing, in ISO 8601. Used only if `ms` is `null`. */
  readonly since?: string | null;
}

export function Duration({ ms, since = null }: DurationProps) {
  const { language } = useLanguage();
  const now = useNow(ms === null && since !== null);
  if (ms === null && since === null) return <NoValue />;
  return <span>{formatDuration(ms ?? Math.max(0, now - Date.parse(since ?? '')), language)}</span>;
}

/** A dash for a missing value. Screen readers read it as `none`. */
export function NoValue() {
  const text = useText(sharedText);
  return (
    <span style={{ color: 'var(--text-faint)' }}>
      <span aria-hidden="true">–</span>
      <span className="visually-hidden">{text.noValue}</span>
    </span>
  );
}
