import { parseRetryMessage, type RetryLine } from 'millrace/shared/runs/log-line.js';
import type { LogLine } from 'millrace/shared/runs/run-event.js';

/** A failed attempt to run a task, after which a retry was scheduled. */
export interface FailedAttempt extends RetryLine {
  /** The key of the task. */
  readonly taskKey: string;
  /** When the attempt failed, in ISO 8601, UTC. */
  readonly failedAt: string;
}

/** Extracts the failed attempts from a run's log, because the run's status includes only the latest attempt of each task. */
export function extractFailedAttempts(lines: readonly LogLine[]): FailedAttempt[] {
  return lines.flatMap(({ task, at, message }): FailedAttempt[] => {
    const retry = task === null ? undefined : parseRetryMessage(message);
    return retry && task !== null ? [{ ...retry, taskKey: task, failedAt: at }] : [];
  });
}
