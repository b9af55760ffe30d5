import type { RunWarning } from 'millrace/shared/runs/run-warning.js';
import { escapeInvisible } from '../basics/escape-invisible.js';
import { StateIcon } from '../records/state-icon.js';
import { useText } from '../../text/language.js';
import { runText } from '../../text/run.js';
import styles from './outcome.module.css';

interface WarningsProps {
  readonly warnings: readonly RunWarning[];
  /** The heading level. @default 'h3', for use inside a panel */
  readonly heading?: 'h2' | 'h3';
}

/** The warnings of a run. Renders nothing if there are no warnings. */
export function Warnings({ warnings, heading: Heading = 'h3' }: WarningsProps) {
  const text = useText(runText);
  if (warnings.length === 0) return null;
  return (
    <section className={styles['warnings']} aria-label={text.warnings}>
      <Heading>{text.warnings}</Heading>
      <ul>
        {warnings.map(({ code, message, module, page, part }, index) => {
          const location = text.warningLocation(module, page, part);
          return (
            <li key={index}>
              <StateIcon name="warning" />
              <span title={code}>
                {location !== '' && <strong>{escapeInvisible(location)}: </strong>}
                {escapeInvisible(message)}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
