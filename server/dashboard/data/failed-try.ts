import { readRetry, type RetryLine } from 'millrace/shared/runs/log-line.js';
import type { LogLine } from 'millrace/shared/runs/run-event.js';

/** An attempt of a task that failed before another one began. */
export interface FailedTry extends RetryLine {
  /** The task's key. */
  readonly task: string;
  /** When it failed. ISO 8601, UTC. */
  readonly at: string;
}

/** The attempts that failed, by the lines of the log: the record has only the last attempt. */
export function readFailedTries(lines: readonly LogLine[]): FailedTry[] {
  return lines.flatMap(({ task, at, message }): FailedTry[] => {
    const retry = task === null ? undefined : readRetry(message);
    return retry && task !== null ? [{ ...retry, task, at }] : [];
  });
}
