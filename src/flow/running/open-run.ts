import type { RunOptions } from '../types/local-run.js';
import type { ResumePoint } from '../../shared/runs/run-event.js';
import { LocalRunHandle } from './local-run-handle.js';
import { ActiveRun } from './active-run.js';
import { checkRunOptions } from '../check-options.js';
import type { Definition } from '../definition.js';
import { execute } from './execute.js';
import { registerRun, moveToEndedRuns } from './run-registry.js';
import { combineSinks } from './events/run-sinks.js';
import { isError } from '../../shared/rules/class-of.js';

const defaultGracePeriodMs = 5000;

/** Starts a run, or resumes a saved one, and returns its handle. */
export function openRun<Args extends readonly unknown[], Result>(
  def: Definition<Args, Result>,
  args: Args,
  options: RunOptions,
  { parent, resumePoint }: { parent?: ActiveRun; resumePoint?: ResumePoint | undefined } = {},
): LocalRunHandle<Result> {
  checkRunOptions(options);
  const run = new ActiveRun({
    kind: def.kind,
    definitionName: def.name,
    version: def.version,
    createInput: () => def.toRecordedInput(args),
    sinks: combineSinks({ ...options, verbose: options.verbose ?? def.isVerbose }, parent?.sinks),
    gracePeriodMs: options.grace ?? parent?.gracePeriodMs ?? defaultGracePeriodMs,
    parent,
    resumePoint,
  });
  logStart(run, resumePoint !== undefined);
  const removeCallback = cancelOnAbort(run, options.signal);
  const outcome = execute(run, () => def.perform(run, args));
  const handle = new LocalRunHandle(run, def, outcome);
  registerRun(handle);
  void outcome.then(() => {
    removeCallback();
    moveToEndedRuns(handle);
  });
  return handle;
}

function logStart(run: ActiveRun, isResumed: boolean): void {
  const { kind, name, parent } = run;
  const description = `${kind} run '${name}' for ${kind} '${run.definitionName}'`;
  if (isResumed) run.log('info', `Resumed ${description}`, null);
  else if (parent) parent.log('info', `Created ${kind === 'flow' ? 'sub' : ''}${description}`, null);
  else run.events.writeLine('info', `Created ${description}`, null, 'engine');
}

/**
 * Maps each signal to the callbacks that cancel its runs. The runs share one listener, because Node warns if a signal has more than ten.
 */
const cancelCallbacksBySignal = new WeakMap<AbortSignal, Set<() => void>>();

/** Cancels the run when the signal is aborted. @returns A function that removes the run's callback. */
function cancelOnAbort(run: ActiveRun, signal: AbortSignal | undefined): () => void {
  if (!signal) return () => undefined;
  const cancel = (): void => {
    const reason: unknown = signal.reason;
    run.cancel(isError(reason) ? reason.message : undefined);
  };
  if (signal.aborted) {
    cancel();
    return () => undefined;
  }
  const callbacks = cancelCallbacksBySignal.get(signal) ?? addSharedListener(signal);
  callbacks.add(cancel);
  return () => void callbacks.delete(cancel);
}

/**
 * Adds the listener that all runs with this signal share. Deleting the last callback removes the listener.
 *
 * @returns The callbacks that the listener calls.
 */
function addSharedListener(signal: AbortSignal): Set<() => void> {
  const callbacks: Set<() => void> = new NotifyingSet<() => void>(() => {
    signal.removeEventListener('abort', cancelAll);
    cancelCallbacksBySignal.delete(signal);
  });
  const cancelAll = (): void => {
    for (const cancel of [...callbacks]) cancel();
  };
  signal.addEventListener('abort', cancelAll, { once: true });
  cancelCallbacksBySignal.set(signal, callbacks);
  return callbacks;
}

/** A set that calls `onEmpty` when its last item is deleted. */
class NotifyingSet<T> extends Set<T> {
  readonly #onEmpty: () => void;

  constructor(onEmpty: () => void) {
    super();
    this.#onEmpty = onEmpty;
  }

  override delete(item: T): boolean {
    const hadItem = super.delete(item);
    if (hadItem && this.size === 0) this.#onEmpty();
    return hadItem;
  }
}
