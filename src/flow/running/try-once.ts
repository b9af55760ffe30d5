import { RunFailedError } from '../../errors/run-failed-error.js';
import type { KnownRunError, RunError, RunErrorCode } from '../../shared/runs/run-status.js';
import type { AttemptOptions } from '../types/attempt-options.js';
import type { CallDigest } from '../resuming/digest.js';
import type { CallMatch } from '../resuming/recorded-calls.js';
import type { ActiveRun } from './active-run.js';
import type { ActiveAttempt } from './active-attempt.js';
import { runInContext } from './context.js';
import { describeError, toErrorRecord } from './failures.js';
import { waitOrAbandon, type WorkOutcome } from './wait-or-abandon.js';

/** A task to perform in a run. */
export interface TaskSpec<T = unknown> {
  readonly name: string;
  readonly version: string | null;
  /** The task run to use. A pipeline sets this for its steps. @default a matching recorded task run, or a new one */
  readonly match?: CallMatch & { readonly key: string };
  /** Returns the digest of the arguments. Called only if the run is stored or reported. */
  readonly digest: () => CallDigest;
  /** The digest of the pipeline's steps, if the work is a pipeline. */
  readonly stepsDigest?: string | undefined;
  /** The keys of the task runs that this task run depends on. */
  readonly after: readonly string[];
  readonly options: AttemptOptions;
  readonly work: (attempt: ActiveAttempt) => T | Promise<T>;
  /** If true, the work is a child run. The child run has its own grace period, so the task run waits for it without a time limit. */
  readonly isChildRun?: boolean;
  /** If true, the task run does not log its start and end, because the child run logs them. */
  readonly isSilent?: boolean;
  /** Converts the work's return value to the result. If this throws, the task is not retried. */
  readonly convertResult?: (value: unknown) => T;
}

export type AttemptResult<T> = { readonly value: T } | FailedAttempt;

/** An attempt that failed or was cancelled. */
export interface FailedAttempt {
  /** The thrown value, or the abort reason if nothing was thrown. */
  readonly cause: unknown;
  /** The error to record. */
  readonly error: RunError;
  readonly state: 'failed' | 'cancelled';
  /** If true, the task is not retried. */
  readonly isFinal: boolean;
}

/**
 * Makes one attempt at a task. Aborts the attempt's signal if the attempt times out or the run stops.
 *
 * @param eventFields Additional fields for the event that records the start of the attempt.
 */
export async function tryOnce<T>(
  run: ActiveRun,
  spec: TaskSpec<T>,
  attempt: ActiveAttempt,
  eventFields: { readonly digest?: string | null },
): Promise<AttemptResult<T>> {
  const { options, work, isChildRun } = spec;
  const { timeout } = options;
  const { key, signal } = attempt;
  run.emit({ type: 'task-state', key, state: 'running', attempt: attempt.attemptNumber, ...eventFields });
  const deadline = { hasPassed: false };
  const expire = (): void => {
    deadline.hasPassed = true;
    attempt.abort(new DOMException(describeTimeout(timeout), 'TimeoutError'));
  };
  const startedAt = timeout === undefined ? 0 : performance.now();
  const timer = timeout === undefined ? undefined : setTimeout(expire, timeout);
  const removeStopListener = run.onStop((reason) => attempt.abort(reason));
  const perform = async (): Promise<T> => await runInContext({ run, attempt, signal }, () => work(attempt));
  const settled = await waitOrAbandon(perform(), signal, isChildRun === true ? null : run.gracePeriodMs);
  clearTimeout(timer);
  // work that blocks the event loop also blocks the timer
  if (timeout !== undefined && !deadline.hasPassed && performance.now() - startedAt >= timeout) expire();
  removeStopListener();
  if ('abandoned' in settled) {
    const reason = deadline.hasPassed ? describeTimeout(timeout) : 'its run is stopping';
    run.log(
      'warning',
      `Did not stop within ${run.gracePeriodMs} ms of being asked to stop (${reason}), so it was abandoned`,
      key,
    );
  }
  return toResult(run, spec, settled, deadline.hasPassed ? signal.reason : undefined);
}

/** Converts the outcome of the work to the result of the attempt. @param timeoutReason The abort reason, if the attempt timed out. */
function toResult<T>(
  run: ActiveRun,
  { name, options, convertResult, isChildRun }: TaskSpec<T>,
  settled: WorkOutcome<T>,
  timeoutReason: unknown,
): AttemptResult<T> {
  const createFailure = (
    code: RunErrorCode,
    message: string,
    cause: unknown,
    overrides?: Partial<FailedAttempt>,
  ): FailedAttempt => {
    return { cause, error: { code, message, task: name }, state: 'failed', isFinal: false, ...overrides };
  };
  const thrown = 'error' in settled ? { error: settled.error } : undefined;
  if (timeoutReason !== undefined)
    return createFailure('task_timeout', describeTimeout(options.timeout), thrown ? thrown.error : timeoutReason);
  if (!('value' in settled) && run.signal.aborted) {
    const reason: unknown = run.signal.reason;
    const overrides = { state: 'cancelled', isFinal: true } as const;
    return createFailure('cancelled', describeError(reason), thrown ? thrown.error : reason, overrides);
  }
  if (!('value' in settled)) {
    if (isChildRun === true && isCancellation(thrown?.error)) {
      return createFailure('cancelled', describeError(thrown?.error), thrown?.error, {
        state: 'cancelled',
        isFinal: true,
      });
    }
    const { message, details } = toErrorRecord(thrown?.error);
    const error: KnownRunError = {
      code: 'task_failed',
      message,
      task: name,
      ...(details !== undefined && { details }),
    };
    return createFailure('task_failed', message, thrown?.error, { error });
  }
  try {
    const value = convertResult ? convertResult(settled.value) : settled.value;
    run.checkResultSize(name, value);
    return { value };
  } catch (error) {
    return createFailure('invalid_result', describeError(error), error, { isFinal: true });
  }
}

/** Returns whether an error means that a child run was cancelled. */
const isCancellation = (error: unknown): boolean =>
  error instanceof RunFailedError && error.status.state === 'cancelled';

export const describeTimeout = (timeout: number | undefined): string =>
  `it took longer than its timeout of ${timeout ?? 0} ms`;
