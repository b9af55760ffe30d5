import type { RunError, TaskStatus } from 'millrace/shared/runs/run-status.js';
import { escapeInvisible } from '../basics/escape-invisible.js';
import { JsonView } from '../content/json-view.js';
import { TextView } from '../content/text-view.js';
import { StateIcon } from '../records/state-icon.js';
import { useText } from '../../text/language.js';
import { runText } from '../../text/run.js';
import styles from './outcome.module.css';

export interface RunErrorViewProps {
  readonly error: RunError;
  readonly state: TaskStatus['state'];
  readonly isHosted: boolean;
  /** Called when the user clicks `error.task`. Omit it to show `error.task` as plain text. */
  readonly onSelectTask?: ((task: string) => void) | undefined;
}

/** The error of a run or task, and what the user can do next. */
export function RunErrorView({
  error: { code, message, task, details },
  state,
  isHosted,
  onSelectTask,
}: RunErrorViewProps) {
  const text = useText(runText);
  const nextStep = state === 'crashed' || state === 'cancelled' ? text.nextSteps[state] : text.nextSteps.failed;
  return (
    <div className={styles['error']}>
      <p className={styles['message']}>
        <StateIcon name={state === 'crashed' || state === 'cancelled' ? state : 'failed'} />
        <span>
          {task !== undefined && onSelectTask && (
            <>
              <button type="button" className={styles['task']} onClick={() => onSelectTask(task)}>
                {escapeInvisible(task)}
              </button>
              :{' '}
            </>
          )}
          {task !== undefined && !onSelectTask && <strong>{escapeInvisible(task)}: </strong>}
          {escapeInvisible(message)} <code>{escapeInvisible(code)}</code>
        </span>
      </p>
      <p className={styles['next-step']}>
        {isHosted && state === 'failed' ? `${text.nextSteps.file} ${nextStep}` : nextStep}
      </p>
      {details !== undefined && (
        <details>
          <summary>{text.errorDetails}</summary>
          {typeof details === 'string' ? (
            <TextView label={text.errorDetails}>{details}</TextView>
          ) : (
            <JsonView value={details} label={text.errorDetails} />
          )}
        </details>
      )}
    </div>
  );
}
