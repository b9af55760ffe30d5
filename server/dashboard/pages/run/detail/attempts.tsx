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
  const startTimes = getStartTimes(task, failedAttempts);
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
            <Duration ms={getDuration(startTimes[index], failedAt)} />
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
            <Duration ms={getDuration(startTimes.at(-1), task.finishedAt)} since={task.startedAt} />
          </span>
        </li>
      )}
    </ol>
  );
}

/** Returns the start of each attempt. That of the first one is `undefined` if the task has only recorded the start of a later attempt. */
function getStartTimes({ startedAt }: TaskStatus, failedAttempts: readonly FailedAttempt[]): (number | undefined)[] {
  const start = startedAt === null ? undefined : Date.parse(startedAt);
  const [first] = failedAttempts;
  if (start === undefined || first === undefined) return [start];
  const retryTimes = failedAttempts.map(({ failedAt, seconds }) => Date.parse(failedAt) + seconds * 1000);
  const latestStart = Math.max(start, retryTimes.at(-1) ?? start);
  return [start <= Date.parse(first.failedAt) ? start : undefined, ...retryTimes.slice(0, -1), latestStart];
}

function getDuration(start: number | undefined, end: string | null): number | null {
  return end === null || start === undefined ? null : Math.max(0, Date.parse(end) - start);
}
