import { partsText } from '../../text/parts.js';
import { useLanguage, useText } from '../../text/language.js';
import { formatClock, formatDuration, formatExactTime, formatTime } from './format.js';
import { useNow } from './now.js';

/** A time: relative where recent, local otherwise, exact with its zone on hover. */
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

/** When a file is deleted. @param at `null`: never. */
export function Expiry({ at }: { readonly at: string | null }) {
  const text = useText(partsText);
  return at === null ? text.never : <Time at={at} />;
}

export interface DurationProps {
  /** In milliseconds; `null` while it grows. */
  readonly ms: number | null;
  /** Since when it grows, where `ms` is `null`. */
  readonly since?: string | null;
}

export function Duration({ ms, since = null }: DurationProps) {
  const { language } = useLanguage();
  const now = useNow(ms === null && since !== null);
  if (ms === null && since === null) return <NoValue />;
  return <span>{formatDuration(ms ?? Math.max(0, now - Date.parse(since ?? '')), language)}</span>;
}

/** A dash for what is not there. */
export function NoValue() {
  const text = useText(partsText);
  return (
    <span style={{ color: 'var(--text-faint)' }}>
      <span aria-hidden="true">–</span>
      <span className="only-read-aloud">{text.noValue}</span>
    </span>
  );
}
