import { describeRetry } from '../../shared/runs/log-line.js';
import { sleep } from '../../shared/runtime/sleep.js';
import { InvalidInputError } from '../validate-input.js';
import type { AttemptOptions } from '../types/attempt-options.js';
import type { ActiveRun } from './active-run.js';
import { describeError } from './failures.js';
import { getRetryDelay, isRetryAllowed } from './retry-delay.js';
import { describeTimeout } from './try-once.js';

/**
 * Performs a flow that has no parent run, including any retries. One timeout covers all attempts. The retry delay begins after the tasks of
 * the failed attempt have ended.
 */
export async function performFlowWithRetries<T>(
  run: ActiveRun,
  options: AttemptOptions,
  body: () => Promise<T>,
): Promise<T> {
  const { timeout, retries = 0, retryDelay } = options;
  const expire = (): void => run.stop(new DOMException(describeTimeout(timeout), 'TimeoutError'));
  const timer = timeout === undefined ? undefined : setTimeout(expire, timeout);
  try {
    for (let failedAttemptCount = 0; ;) {
      try {
        return await body();
      } catch (error) {
        failedAttemptCount++;
        const mayRetry = failedAttemptCount <= retries && !run.signal.aborted && !(error instanceof InvalidInputError);
        const delayMs =
          mayRetry && isRetryAllowed(options, error) ? getRetryDelay(retryDelay, failedAttemptCount, error) : undefined;
        if (delayMs === undefined) throw error;
        await waitForRetry(run, failedAttemptCount, delayMs, error);
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

async function waitForRetry(run: ActiveRun, attempt: number, delayMs: number, error: unknown): Promise<void> {
  await run.waitForTasks();
  const seconds = Number((delayMs / 1000).toPrecision(2));
  run.log('warning', describeRetry({ attempt, message: describeError(error), seconds }), null);
  run.emit({ type: 'run-state', state: 'retrying' });
  await sleep(delayMs, run.signal);
  run.emit({ type: 'run-state', state: 'running' });
}
