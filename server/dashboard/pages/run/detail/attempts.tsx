import type { TaskStatus } from 'millrace/shared/runs/run-status.js';
import type { FailedAttempt } from '../../../data/failed-attempt.js';
import { escapeInvisible } from '../../../parts/basics/escape-invisible.js';
import { formatDuration } from '../../../parts/records/format.js';
import { StateIcon } from '../../../parts/records/state-icon.js';
import { Duration } from '../../../parts/records/time.js';
import { useLanguage, useText } from '../../../text/language.js';
import { sharedText } from '../../../text/shared-text.js';
import { runText } from '../../../text/run.js';
import styles from './detail.module.css';

export interface AttemptsProps {
  readonly task: TaskStatus;
  /** The failed attempts since the latest start of the task. */
  readonly failedAttempts: readonly FailedAttempt[];
}

/** The attempts of a task with their outcomes. `task` describes only the latest attempt, so the earlier ones come from `failedAttempts`. */
export function Attempts({ task, failedAttempts }: AttemptsProps) {
  const text = useText(runText);
  const { states } = useText(sharedText);
  const { language } = useLanguage();
  if (task.attempt === 0) return <p className={styles['quiet']}>{text.noAttempts}</p>;
  const startTimes = failedAttempts.reduce(
    (list, { failedAt, seconds }) => [...list, Date.parse(failedAt) + seconds * 1000],
    [Date.parse(task.startedAt ?? '')],
  );
  return (
    <ol className={styles['attempts']}>
      {failedAttempts.map(({ attempt, message, seconds, failedAt }, index) => (
        <li key={attempt}>
          <span className={styles['number']}>
            <StateIcon name="failed" /> {attempt}
          </span>
          <span>
            {escapeInvisible(message)}{' '}
            <span className={styles['quiet']}>{text.retryDelay(formatDuration(seconds * 1000, language))}</span>
          </span>
          <span className={styles['quiet']}>
            <Duration ms={Math.max(0, Date.parse(failedAt) - (startTimes[index] ?? 0))} />
          </span>
        </li>
      ))}
      {task.state !== 'retrying' && (
        <li>
          <span className={styles['number']}>
            <StateIcon name={task.state} /> {task.attempt}
          </span>
          <span>{task.error === null ? states[task.state] : escapeInvisible(task.error.message)}</span>
          <span className={styles['quiet']}>
            <Duration ms={getLatestAttemptDuration(task, startTimes.at(-1))} since={task.startedAt} />
          </span>
        </li>
      )}
    </ol>
  );
}

function getLatestAttemptDuration({ finishedAt }: TaskStatus, start: number | undefined): number | null {
  return finishedAt === null || start === undefined ? null : Math.max(0, Date.parse(finishedAt) - start);
}
