import { RunFailedError } from '../../errors/run-failed-error.js';
import { describeValue, toRestorableJson } from '../../shared/rules/json-record.js';
import type { Json } from '../../shared/types/json.js';
import type { RunError, RunErrorCode } from '../../shared/runs/run-status.js';
import type { ActiveRun } from './active-run.js';
import { runInContext } from './context.js';
import { toErrorRecord } from './failures.js';
import { InvalidInputError } from '../validate-input.js';
import { waitOrAbandon, waitUntilStored, type WorkOutcome } from './wait-or-abandon.js';
import { throwIfAborted } from '../../shared/runtime/abort-reason.js';

/** A run's result, or the error that `result()` throws. */
export type RunOutcome<T> = { readonly value: T } | { readonly failure: RunFailedError };

/** Performs a run's work and records its outcome. Never rejects. */
export async function execute<T>(run: ActiveRun, body: () => T | Promise<T>): Promise<RunOutcome<T>> {
  // yield first, so that a long synchronous step does not block `start()`
  await Promise.resolve();
  run.emit({ type: 'run-state', state: 'running' });
  const perform = async (): Promise<T> => {
    throwIfAborted(run.signal);
    const value = await runInContext({ run, attempt: null, signal: run.signal }, body);
    run.checkResultSize(run.definitionName, value);
    return value;
  };
  // the body's grace period begins after its tasks have ended, so that the body can still handle their errors
  const settled = await waitOrAbandon(perform(), run.signal, run.gracePeriodMs, () => run.waitForTasks());
  if (!('value' in settled)) run.stop(new DOMException('another part of the run failed', 'AbortError'));
  await run.waitForTasks();
  if ('value' in settled) {
    run.end('completed', toRecordedResult(run, settled.value));
    await waitUntilStored(run);
    return settled;
  }
  const { state, cause, error } = findReason(run, settled);
  if ('abandoned' in settled) {
    run.log('warning', `Did not stop within ${run.gracePeriodMs} ms of being asked to stop, so it was abandoned`, null);
  }
  run.end(state, { error });
  await waitUntilStored(run);
  return { failure: new RunFailedError(describeFailure(run, state, error), run.record.status(), run.data, cause) };
}

/**
 * Returns the fields that record a result: a description in JSON and, if the result cannot be restored from the description and the run
 * records outputs, the restorable form of the result.
 */
function toRecordedResult(run: ActiveRun, value: unknown): { result: Json; output?: Json } {
  const { json: result, loss } = describeValue(value);
  return loss === undefined || !run.recordsOutputs ? { result } : { result, output: toRestorableJson(value) };
}

interface FailureReason {
  readonly state: 'failed' | 'cancelled';
  readonly cause: unknown;
  readonly error: RunError;
}

function findReason(run: ActiveRun, settled: Exclude<WorkOutcome<unknown>, { value: unknown }>): FailureReason {
  const cause: unknown = 'error' in settled ? settled.error : run.signal.reason;
  if (run.isCancelled) return { state: 'cancelled', cause, error: { code: 'cancelled', message: run.cancelReason } };
  const code: RunErrorCode = cause instanceof InvalidInputError ? 'invalid_input' : `${run.kind}_failed`;
  const error = run.failures.find(cause) ?? { code, ...toErrorRecord(cause) };
  return { state: 'failed', cause, error };
}

/** Returns a message such as `Pipeline 'clean' failed in step 'trim': no such file`. */
function describeFailure(
  { kind, definitionName }: ActiveRun,
  state: FailureReason['state'],
  { message, task }: RunError,
): string {
  const subject = `${kind.charAt(0).toUpperCase()}${kind.slice(1)} '${definitionName}'`;
  if (state === 'cancelled') return `${subject} was cancelled: ${message}`;
  const location =
    task === undefined || kind === 'task' ? '' : ` in ${kind === 'pipeline' ? 'step' : 'task'} '${task}'`;
  return `${subject} failed${location}: ${message}`;
}
