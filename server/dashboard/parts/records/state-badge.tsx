import { partsText } from '../../text/parts.js';
import { useText } from '../../text/language.js';
import { Glyph, type GlyphName } from './glyph.js';
import styles from './state-badge.module.css';

export interface StateBadgeProps {
  readonly state: GlyphName;
  /** Whether to show `pending` as `late`, because the run has waited too long for a worker. */
  readonly late?: boolean;
  /** The text of the badge, for example `41 failed`. @default the name of the state */
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

/** The number of warnings: `⚠ 3 warnings`, or `⚠ 3` if `brief`. Renders nothing if there are no warnings. */
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
