import { readRetry, type RetryLine } from 'millrace/shared/runs/log-line.js';
import type { LogLine } from 'millrace/shared/runs/run-event.js';

/** A failed attempt of a task, after which the task was retried. */
export interface FailedTry extends RetryLine {
  /** The task's key. */
  readonly task: string;
  /** The time of the failure. ISO 8601, UTC. */
  readonly at: string;
}

/** Returns the failed attempts that a log reports. A run's record has only the last attempt of each task. */
export function readFailedTries(lines: readonly LogLine[]): FailedTry[] {
  return lines.flatMap(({ task, at, message }): FailedTry[] => {
    const retry = task === null ? undefined : readRetry(message);
    return retry && task !== null ? [{ ...retry, task, at }] : [];
  });
}
