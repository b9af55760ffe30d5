import type { RunWarning } from 'millrace/shared/runs/run-warning.js';
import { visibleText } from '../basics/visible-text.js';
import { Glyph } from '../records/glyph.js';
import { useText } from '../../text/language.js';
import { runText } from '../../text/run.js';
import styles from './outcome.module.css';

interface WarningsProps {
  readonly warnings: readonly RunWarning[];
  /** The level of the heading. @default 'h3', for use in a panel */
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
          const place = text.warningPlace(module, page, part);
          return (
            <li key={index}>
              <Glyph name="warning" />
              <span title={code}>
                {place !== '' && <strong>{visibleText(place)}: </strong>}
                {visibleText(message)}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
