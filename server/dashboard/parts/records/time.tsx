import { sharedText } from '../../text/shared-text.js';
import { useLanguage, useText } from '../../text/language.js';
import { formatClock, formatDuration, formatExactTime, formatTime } from './format.js';
import { useNow } from './now.js';

export interface TimeProps {
  /** ISO 8601; `null` for no time. */
  readonly at: string | null;
  /** Whether to show only the time of day, with milliseconds. */
  readonly clock?: boolean;
}

/** Shows the exact time in the tooltip. */
export function Time({ at, clock = false }: TimeProps) {
  const { language } = useLanguage();
  const now = useNow(at !== null && !clock);
  if (at === null) return <NoValue />;
  const date = new Date(at);
  return (
    <time dateTime={at} title={formatExactTime(date, language)}>
      {clock ? formatClock(date) : formatTime(date, now, language)}
    </time>
  );
}

/** The time when a file expires. @param at `null` if the file never expires. */
export function Expiry({ at }: { readonly at: string | null }) {
  const text = useText(sharedText);
  return at === null ? text.never : <Time at={at} />;
}

export interface DurationProps {
  /** In ms; `null` if the duration is unknown or still increasing. */
  readonly ms: number | null;
  /** When a duration that is still increasing started, in ISO 8601. */
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
