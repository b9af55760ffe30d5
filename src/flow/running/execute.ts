import { RunFailedError } from '../../errors/run-failed-error.js';
import { describeAsJson } from '../../shared/rules/json-record.js';
import type { RunError } from '../../shared/runs/run-status.js';
import type { ActiveRun } from './active-run.js';
import { runInContext } from './context.js';
import { describeError } from './describe-error.js';
import { InvalidInputError } from '../validate-input.js';
import { untilStopped, type Settled } from './until-stopped.js';

export type Outcome<T> = { readonly value: T } | { readonly failure: RunFailedError };

/** Takes a run from its beginning to its end. Never rejects. */
export async function execute<T>(run: ActiveRun, body: () => T | Promise<T>): Promise<Outcome<T>> {
  // whoever starts a run goes on first: a step that computes for long must not hold up `start()`
  await Promise.resolve();
  run.emit({ type: 'run-state', state: 'running' });
  const begin = async (): Promise<T> => {
    run.signal.throwIfAborted();
    return await runInContext({ run, task: null, signal: run.signal }, body);
  };
  // tasks have their own grace time, and what they throw then still has to reach the body
  const settled = await untilStopped(begin(), run.signal, run.grace, () => run.drained());
  if (!('value' in settled)) run.stop(new DOMException('another part of the run failed', 'AbortError'));
  await run.drained();
  if ('value' in settled) {
    run.end('completed', { result: describeAsJson(settled.value) });
    await run.kept();
    return settled;
  }
  const { state, cause, error } = reasonOf(run, settled);
  if ('abandoned' in settled) {
    run.log('warning', `Did not stop within ${run.grace} ms of being cancelled: it is left to itself`, null);
  }
  run.end(state, { error });
  await run.kept();
  return { failure: new RunFailedError(describeFailure(run, state, error), run.status(), run.data, cause) };
}

interface Reason {
  readonly state: 'failed' | 'cancelled';
  readonly cause: unknown;
  readonly error: RunError;
}

function reasonOf(run: ActiveRun, settled: Exclude<Settled<unknown>, { value: unknown }>): Reason {
  const cause: unknown = 'error' in settled ? settled.error : run.signal.reason;
  if (run.isCancelled) return { state: 'cancelled', cause, error: { code: 'cancelled', message: run.cancelReason } };
  const code = cause instanceof InvalidInputError ? 'invalid_input' : `${run.kind}_failed`;
  const error = run.failures.find(cause) ?? { code, message: describeError(cause) };
  return { state: 'failed', cause, error };
}

/** `Pipeline 'clean' failed in step 'trim': no such file` */
function describeFailure({ kind, of }: ActiveRun, state: Reason['state'], { message, task }: RunError): string {
  const noun = `${kind.charAt(0).toUpperCase()}${kind.slice(1)} '${of}'`;
  if (state === 'cancelled') return `${noun} was cancelled: ${message}`;
  const place = task === undefined || kind === 'task' ? '' : ` in ${kind === 'pipeline' ? 'step' : 'task'} '${task}'`;
  return `${noun} failed${place}: ${message}`;
}
