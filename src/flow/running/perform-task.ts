import { describeEnd, describeRetry, getEndLevel } from '../../shared/runs/log-line.js';
import { toRestorableJson } from '../../shared/rules/json-record.js';
import { sleep } from '../../shared/runtime/sleep.js';
import type { Call, CallMatch, Decision } from '../resuming/recorded-calls.js';
import type { RunError } from '../../shared/runs/run-status.js';
import type { ActiveRun } from './active-run.js';
import { ActiveAttempt } from './active-attempt.js';
import type { ThrottleState } from '../../shared/runtime/throttle.js';
import { yieldIfDue } from './event-loop.js';
import { waitUntilStored } from './wait-or-abandon.js';
import { getRetryDelay, isRetryAllowed } from './retry-delay.js';
import { tryOnce, type FailedAttempt, type TaskSpec } from './try-once.js';
import { throwIfAborted } from '../../shared/runtime/abort-reason.js';

/** Starts a task in a run and returns a promise for its result. If nothing awaits the promise, a failure causes no unhandled rejection. */
export function startTask<T>(run: ActiveRun, spec: TaskSpec<T>): Promise<T> {
  const { name, version, stepsDigest } = spec;
  const call = { name, version, stepsDigest, ...(run.recordsOutputs ? spec.digest() : noDigest) };
  const match = spec.match ?? run.matchCall(call);
  const promise = run.track(performTask(run, spec, match, run.recordsOutputs ? { digest: formatDigest(call) } : {}));
  run.dependencies.remember(promise, match.key);
  return promise;
}

const noDigest = { digest: null };

/** Returns the digest to record: `<arguments>`, or `<arguments>.<steps>` if the call runs a pipeline. */
const formatDigest = ({ digest, stepsDigest }: Call): string | null =>
  digest === null || stepsDigest === undefined ? digest : `${digest}.${stepsDigest}`;

/**
 * Performs a task, including any retries, or returns the result that an earlier execution of the run recorded.
 *
 * @param eventFields Additional fields for the event that records the start of the first attempt.
 * @throws The cause of the last attempt's failure, or the abort reason if the run stops before the first attempt.
 */
async function performTask<T>(
  run: ActiveRun,
  spec: TaskSpec<T>,
  { key, decide }: CallMatch & { readonly key: string },
  eventFields: { readonly digest?: string | null },
): Promise<T> {
  throwIfAborted(run.signal);
  const pending = decide();
  const decision = 'kind' in pending ? pending : await pending;
  throwIfAborted(run.signal);
  if (decision.kind === 'reuse') {
    await yieldIfDue();
    return reuseResult(run, key, decision.value) as T;
  }
  const earlierAttemptCount = prepareTaskRun(run, key, spec, decision);
  const pace: ThrottleState = { sentAt: -Infinity };
  for (let failedAttemptCount = 0; ;) {
    const attemptNumber = earlierAttemptCount + failedAttemptCount + 1;
    const hasRetriesLeft = failedAttemptCount < (spec.options.retries ?? 0);
    const attempt = new ActiveAttempt(run, key, attemptNumber, pace);
    const outcome = await tryOnce(run, spec, attempt, failedAttemptCount === 0 ? eventFields : {});
    if ('value' in outcome) {
      attempt.close('send');
      recordCompletion(run, spec, key, attemptNumber, outcome.value);
      await waitUntilStored(run);
      const pause = yieldIfDue();
      if (pause) await pause;
      return outcome.value;
    }
    failedAttemptCount++;
    const delayMs =
      outcome.isFinal || !hasRetriesLeft || !isRetryAllowed(spec.options, outcome.cause)
        ? undefined
        : getRetryDelay(spec.options.retryDelay, failedAttemptCount, outcome.cause);
    attempt.close(delayMs === undefined ? 'send' : 'drop');
    if (delayMs === undefined || !(await waitForRetry(run, key, attemptNumber, delayMs, outcome.error))) {
      recordFailure(run, spec, key, attemptNumber, outcome);
      await waitUntilStored(run);
      throw outcome.cause;
    }
  }
}

/**
 * Creates a task run, or continues or repeats a recorded one.
 *
 * @returns The number of earlier attempts, or 0 for a new or repeated task run.
 */
function prepareTaskRun(
  run: ActiveRun,
  key: string,
  spec: TaskSpec,
  decision: Exclude<Decision, { readonly kind: 'reuse' }>,
): number {
  if (decision.kind === 'continue') {
    if (decision.child) run.setChildToResume(key, decision.child);
  } else {
    createTaskRun(run, key, spec, decision.kind === 'repeat' ? decision.task.index : run.nextIndex());
  }
  if (decision.kind === 'repeat') run.log('info', `Task run '${key}' runs again: ${decision.reason}`, null);
  if (shouldLog(run, spec)) run.log('info', `Created task run '${key}' for task '${spec.name}'`, null);
  return decision.kind === 'continue' ? decision.task.attempt : 0;
}

/** Adds a task run to the record, replacing any task run with the same key. */
export function createTaskRun(
  run: ActiveRun,
  key: string,
  { name, version, after }: Pick<TaskSpec, 'name' | 'version' | 'after'>,
  index: number,
): void {
  run.emit({ type: 'task-created', key, name, version, index, after: [...after] });
}

function reuseResult(run: ActiveRun, key: string, value: unknown): unknown {
  run.dependencies.remember(value, key);
  run.log('debug', `Task run '${key}' has already completed and does not run again`, null);
  return value;
}

/**
 * Records that the task will be retried, and waits for the retry delay.
 *
 * @returns Whether to retry. False if the run stops before the delay has passed.
 */
async function waitForRetry(
  run: ActiveRun,
  key: string,
  attempt: number,
  delayMs: number,
  error: RunError,
): Promise<boolean> {
  if (run.signal.aborted) return false;
  run.emit({ type: 'task-state', key, state: 'retrying', attempt, error });
  const seconds = Number((delayMs / 1000).toPrecision(2));
  run.log('warning', describeRetry({ attempt, message: error.message, seconds }), key);
  const changesRunState = run.kind !== 'flow';
  if (changesRunState) run.emit({ type: 'run-state', state: 'retrying' });
  const hasWaited = await sleep(delayMs, run.signal).then(
    () => true,
    () => false,
  );
  if (changesRunState) run.emit({ type: 'run-state', state: 'running' });
  return hasWaited;
}

function recordCompletion(run: ActiveRun, spec: TaskSpec, key: string, attempt: number, value: unknown): void {
  run.dependencies.remember(value, key);
  if (shouldLog(run, spec)) run.log('info', `Finished in state ${describeEnd('completed')}`, key);
  const output = run.recordsOutputs && value !== undefined ? { output: toRestorableJson(value) } : {};
  run.emit({ type: 'task-state', key, state: 'completed', attempt, ...output });
}

function recordFailure(
  run: ActiveRun,
  spec: TaskSpec,
  key: string,
  attempt: number,
  { state, error, cause }: FailedAttempt,
): void {
  run.failures.remember(cause, error);
  if (shouldLog(run, spec)) {
    run.log(getEndLevel(state), `Finished in state ${describeEnd(state, error.message)}`, key);
  }
  run.emit({ type: 'task-state', key, state, attempt, error });
}

/** Returns whether to log the start and the end of a task run. The run of a single task logs only its own start and end. */
const shouldLog = (run: ActiveRun, { isSilent }: TaskSpec): boolean => isSilent !== true && run.kind !== 'task';
