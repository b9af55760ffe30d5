import { AsyncLocalStorage } from 'node:async_hooks';
import type { ActiveRun } from './active-run.js';
import type { ActiveAttempt } from './active-attempt.js';
import { throwIfAborted } from '../../shared/runtime/abort-reason.js';

/** The run and the attempt that the current code belongs to. `await` preserves the context. */
export interface Context {
  readonly run: ActiveRun;
  /** `null` in a flow's own code, outside its tasks. */
  readonly attempt: ActiveAttempt | null;
  readonly signal: AbortSignal;
}

const storage = new AsyncLocalStorage<Context>();

/**
 * Returns the signal of the running step, task or flow. The signal is aborted when the run is cancelled or fails, or when a timeout
 * expires. Pass the signal to every call that accepts one, so that the work stops promptly. Outside a run, the signal is never aborted.
 *
 * @example
 * ```ts
 * const response = await fetch(url, { signal: currentSignal() });
 * ```
 */
export function currentSignal(): AbortSignal {
  return currentContext()?.signal ?? new AbortController().signal;
}

export function currentContext(): Context | undefined {
  return storage.getStore();
}

/**
 * Returns the context of a call, or `undefined` if the call is made outside a run or by a callback that outlives its run.
 *
 * @throws The signal's reason, if the run or the attempt has ended and the signal is aborted.
 */
export function findEnclosingContext(): Context | undefined {
  const context = currentContext();
  if (!context) return undefined;
  const hasEnded = context.run.hasEnded || context.attempt?.hasEnded === true;
  if (hasEnded) throwIfAborted(context.signal);
  return context.run.hasEnded ? undefined : context;
}

export function runInContext<T>(context: Context, work: () => T): T {
  return storage.run(context, work);
}
