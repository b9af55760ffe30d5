import { partsText } from '../../text/parts.js';
import { useText } from '../../text/language.js';
import { Glyph, type GlyphName } from './glyph.js';
import styles from './state-badge.module.css';

export interface StateBadgeProps {
  readonly state: GlyphName;
  /** A pending run without a worker shows as late. */
  readonly late?: boolean;
  /** Instead of the state's name, for example `41 failed`. */
  readonly label?: string;
}

export function StateBadge({ state, late = false, label }: StateBadgeProps) {
  const text = useText(partsText);
  const shown = late && state === 'pending' ? 'late' : state;
  return (
    <span className={styles['badge']} style={{ color: `var(--${shown}-text)` }}>
      <Glyph name={shown} />
      {label ?? text.states[shown]}
    </span>
  );
}

/** `⚠ 3`, and nothing without warnings. */
export function WarningBadge({ amount, brief = false }: { readonly amount: number; readonly brief?: boolean }) {
  const text = useText(partsText);
  if (amount === 0) return null;
  return (
    <span className={styles['badge']} style={{ color: 'var(--warning-text)' }} title={text.warnings(amount)}>
      <Glyph name="warning" />
      {brief ? (
        <>
          <span aria-hidden="true">{amount}</span>
          <span className="only-read-aloud">{text.warnings(amount)}</span>
        </>
      ) : (
        text.warnings(amount)
      )}
    </span>
  );
}
