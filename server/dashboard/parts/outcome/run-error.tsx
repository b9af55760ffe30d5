import type { RunError, TaskStatus } from 'millrace/shared/runs/run-status.js';
import { visibleText } from '../basics/visible-text.js';
import { JsonView } from '../content/json-view.js';
import { TextView } from '../content/text-view.js';
import { Glyph } from '../records/glyph.js';
import { useText } from '../../text/language.js';
import { runText } from '../../text/run.js';
import styles from './outcome.module.css';

export interface RunErrorViewProps {
  readonly error: RunError;
  readonly state: TaskStatus['state'];
  readonly isHosted: boolean;
  /** Shows the failed step; `undefined` if the page does not have it. */
  readonly onTask?: ((task: string) => void) | undefined;
}

/** Why a run or a step failed, and what to do next. */
export function RunErrorView({ error: { code, message, task, details }, state, isHosted, onTask }: RunErrorViewProps) {
  const text = useText(runText);
  const next = state === 'crashed' || state === 'cancelled' ? text.next[state] : text.next.failed;
  return (
    <div className={styles['error']}>
      <p className={styles['message']}>
        <Glyph name={state === 'crashed' || state === 'cancelled' ? state : 'failed'} />
        <span>
          {task !== undefined && onTask && (
            <>
              <button type="button" className={styles['task']} onClick={() => onTask(task)}>
                {visibleText(task)}
              </button>
              :{' '}
            </>
          )}
          {task !== undefined && !onTask && <strong>{visibleText(task)}: </strong>}
          {visibleText(message)} <code>{visibleText(code)}</code>
        </span>
      </p>
      <p className={styles['next']}>{isHosted && state === 'failed' ? `${text.next.file} ${next}` : next}</p>
      {details !== undefined && (
        <details>
          <summary>{text.more}</summary>
          {typeof details === 'string' ? (
            <TextView label={text.more}>{details}</TextView>
          ) : (
            <JsonView value={details} label={text.more} />
          )}
        </details>
      )}
    </div>
  );
}
