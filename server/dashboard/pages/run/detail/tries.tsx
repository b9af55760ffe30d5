import type { TaskStatus } from 'millrace/shared/runs/run-status.js';
import type { FailedTry } from '../../../data/failed-try.js';
import { visibleText } from '../../../parts/basics/visible-text.js';
import { formatDuration } from '../../../parts/records/format.js';
import { Glyph } from '../../../parts/records/glyph.js';
import { Duration } from '../../../parts/records/time.js';
import { useLanguage, useText } from '../../../text/language.js';
import { partsText } from '../../../text/parts.js';
import { runText } from '../../../text/run.js';
import styles from './detail.module.css';

/** The attempts of a task with their results: the failed ones from the log, the last one from the run's record. */
export function Tries({ task, failed }: { readonly task: TaskStatus; readonly failed: readonly FailedTry[] }) {
  const text = useText(runText);
  const { states } = useText(partsText);
  const { language } = useLanguage();
  if (task.attempt === 0) return <p className={styles['quiet']}>{text.noTries}</p>;
  const begins = failed.reduce(
    (list, { at, seconds }) => [...list, Date.parse(at) + seconds * 1000],
    [Date.parse(task.startedAt ?? '')],
  );
  return (
    <ol className={styles['tries']}>
      {failed.map(({ attempt, message, seconds, at }, index) => (
        <li key={attempt}>
          <span className={styles['number']}>
            <Glyph name="failed" /> {attempt}
          </span>
          <span>
            {visibleText(message)}{' '}
            <span className={styles['quiet']}>{text.waited(formatDuration(seconds * 1000, language))}</span>
          </span>
          <span className={styles['quiet']}>
            <Duration ms={Math.max(0, Date.parse(at) - (begins[index] ?? 0))} />
          </span>
        </li>
      ))}
      {task.state !== 'retrying' && (
        <li>
          <span className={styles['number']}>
            <Glyph name={task.state} /> {task.attempt}
          </span>
          <span>{task.error === null ? states[task.state] : visibleText(task.error.message)}</span>
          <span className={styles['quiet']}>
            <Duration ms={lastDuration(task, begins.at(-1))} since={task.startedAt} />
          </span>
        </li>
      )}
    </ol>
  );
}

function lastDuration({ finishedAt }: TaskStatus, begin: number | undefined): number | null {
  return finishedAt === null || begin === undefined ? null : Math.max(0, Date.parse(finishedAt) - begin);
}
