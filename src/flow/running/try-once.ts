import type { RunError } from '../../shared/runs/run-status.js';
import type { AttemptOptions } from '../types/task.js';
import type { ActiveRun } from './active-run.js';
import type { ActiveTask } from './active-task.js';
import { runInContext } from './context.js';
import { describeError } from './describe-error.js';
import { untilStopped, type Settled } from './until-stopped.js';

export interface TaskSpec<T = unknown> {
  readonly name: string;
  readonly version: string | null;
  /** Chosen by whoever created the task run already. */
  readonly key?: string;
  readonly after: readonly string[];
  readonly options: AttemptOptions;
  readonly work: (attempt: ActiveTask) => T | Promise<T>;
  /** The work is a run of its own, which ends by itself when it is told to. */
  readonly isRun?: boolean;
  /** That run says in the log what there is to say. */
  readonly isSilent?: boolean;
  /** Makes a result of what the work gave. What it throws is final: trying again would not help. */
  readonly accept?: (value: unknown) => T;
}

export type Attempt<T> = { readonly value: T } | Failed;

export interface Failed {
  readonly cause: unknown;
  readonly error: RunError;
  readonly state: 'failed' | 'cancelled';
  /** Whether trying again is pointless. */
  readonly isFinal: boolean;
}

/** Does the work of a task once, within its timeout and as long as its run goes on. Leaves no timer and no listener behind. */
export async function tryOnce<T>(run: ActiveRun, spec: TaskSpec<T>, attempt: ActiveTask): Promise<Attempt<T>> {
  const { options, work, isRun } = spec;
  const { timeout } = options;
  const { key, signal } = attempt;
  run.emit({ type: 'task-state', key, state: 'running', attempt: attempt.attempt });
  const time = { isUp: false };
  const expire = (): void => {
    time.isUp = true;
    attempt.abort(new DOMException(overTime(timeout), 'TimeoutError'));
  };
  const timer = timeout === undefined ? undefined : setTimeout(expire, timeout);
  const release = run.onStop((reason) => attempt.abort(reason));
  const begin = async (): Promise<T> => await runInContext({ run, task: attempt, signal }, () => work(attempt));
  const settled = await untilStopped(begin(), signal, isRun === true ? null : run.grace);
  clearTimeout(timer);
  release();
  if ('abandoned' in settled) {
    const why = time.isUp ? overTime(timeout) : 'its run is stopping';
    run.log('warning', `Did not stop within ${run.grace} ms, though ${why}: it is left to itself`, key);
  }
  return judge(run, spec, settled, time.isUp ? signal.reason : undefined);
}

/** @param expiry The reason with which the signal was aborted when time was up. */
function judge<T>(
  run: ActiveRun,
  { name, options, accept }: TaskSpec<T>,
  settled: Settled<T>,
  expiry: unknown,
): Attempt<T> {
  const fail = (code: string, message: string, cause: unknown, rest?: Partial<Failed>): Failed => {
    return { cause, error: { code, message, task: name }, state: 'failed', isFinal: false, ...rest };
  };
  const thrown = 'error' in settled ? { error: settled.error } : undefined;
  if (expiry !== undefined) return fail('task_timeout', overTime(options.timeout), thrown ? thrown.error : expiry);
  if (!('value' in settled) && run.signal.aborted) {
    const reason: unknown = run.signal.reason;
    const rest = { state: 'cancelled', isFinal: true } as const;
    return fail('cancelled', describeError(reason), thrown ? thrown.error : reason, rest);
  }
  if (!('value' in settled)) return fail('task_failed', describeError(thrown?.error), thrown?.error);
  try {
    return { value: accept ? accept(settled.value) : settled.value };
  } catch (error) {
    return fail('invalid_result', describeError(error), error, { isFinal: true });
  }
}

const overTime = (timeout: number | undefined): string => `it took longer than its timeout of ${timeout ?? 0} ms`;
