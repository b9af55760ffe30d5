import { partsText } from '../../text/parts.js';
import { useLanguage, useText } from '../../text/language.js';
import { formatClock, formatDuration, formatExactTime, formatTime } from './format.js';
import { useNow } from './now.js';

/** A time: relative if it is recent, otherwise local. The tooltip has the exact time with its zone. */
export function Time({ at, clock = false }: { readonly at: string | null; readonly clock?: boolean }) {
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

/** The time when a file expires. @param at `null` if it never does. */
export function Expiry({ at }: { readonly at: string | null }) {
  const text = useText(partsText);
  return at === null ? text.never : <Time at={at} />;
}

export interface DurationProps {
  /** In ms; `null` if the duration is unknown or still grows. */
  readonly ms: number | null;
  /** The start of a duration that still grows. */
  readonly since?: string | null;
}

export function Duration({ ms, since = null }: DurationProps) {
  const { language } = useLanguage();
  const now = useNow(ms === null && since !== null);
  if (ms === null && since === null) return <NoValue />;
  return <span>{formatDuration(ms ?? Math.max(0, now - Date.parse(since ?? '')), language)}</span>;
}

/** A dash that stands for a missing value. */
export function NoValue() {
  const text = useText(partsText);
  return (
    <span style={{ color: 'var(--text-faint)' }}>
      <span aria-hidden="true">–</span>
      <span className="only-read-aloud">{text.noValue}</span>
    </span>
  );
}
