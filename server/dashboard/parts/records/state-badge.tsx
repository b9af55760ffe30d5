import { sharedText } from '../../text/shared-text.js';
import { useText } from '../../text/language.js';
import { StateIcon, type StateIconName } from './state-icon.js';
import styles from './state-badge.module.css';

export interface StateBadgeProps {
  readonly state: StateIconName;
  /** Whether the run is late. A late pending run is shown as `late`. */
  readonly late?: boolean;
  /** The text of the badge, such as `41 failed`. @default the name of the state */
  readonly label?: string;
}

export function StateBadge({ state, late = false, label }: StateBadgeProps) {
  const text = useText(sharedText);
  const shownState = late && state === 'pending' ? 'late' : state;
  return (
    <span className={styles['badge']} style={{ color: `var(--${shownState}-text)` }}>
      <StateIcon name={shownState} />
      {label ?? text.states[shownState]}
    </span>
  );
}

/** The number of warnings: `⚠ 3 warnings`, or `⚠ 3` if `brief` is set. Renders nothing for 0 warnings. */
export function WarningBadge({ count, brief = false }: { readonly count: number; readonly brief?: boolean }) {
  const text = useText(sharedText);
  if (count === 0) return null;
  return (
    <span className={styles['badge']} style={{ color: 'var(--warning-text)' }} title={text.warnings(count)}>
      <StateIcon name="warning" />
      {brief ? (
        <>
          <span aria-hidden="true">{count}</span>
          <span className="visually-hidden">{text.warnings(count)}</span>
        </>
      ) : (
        text.warnings(count)
      )}
    </span>
  );
}
