import type { RunOptions } from '../types/local-run.js';
import type { ResumePoint } from '../../shared/runs/run-event.js';
import { ActiveHandle } from './active-handle.js';
import { ActiveRun } from './active-run.js';
import { checkRunOptions } from '../check-options.js';
import { currentContext, type Context } from './context.js';
import type { Definition } from '../definition.js';
import { execute } from './execute.js';
import { openOutlets } from './outlets.js';
import { registerRun, retireRun } from './run-registry.js';

/** Milliseconds. */
const defaultGrace = 5000;

/**
 * The run that a call belongs to; none when that is over, and the call comes from a callback that outlived it.
 *
 * @throws The signal's reason, when the call comes from work that was stopped and left to itself.
 */
export function enclosing(): Context | undefined {
  const context = currentContext();
  if (!context) return undefined;
  const isLeft = context.run.isOver || context.task?.isOver === true;
  if (isLeft) context.signal.throwIfAborted();
  return context.run.isOver ? undefined : context;
}

/** Begins a run. */
export function openRun<Args extends readonly unknown[], Result>(
  of: Definition<Args, Result>,
  args: Args,
  options: RunOptions,
  { parent, saved }: { parent?: ActiveRun; saved?: ResumePoint | undefined } = {},
): ActiveHandle<Result> {
  checkRunOptions(options);
  const outlets = openOutlets({ ...options, verbose: options.verbose ?? of.isVerbose }, parent?.outlets);
  const run = new ActiveRun({
    kind: of.kind,
    of: of.name,
    version: of.version,
    input: () => of.record(args),
    outlets,
    grace: options.grace ?? parent?.grace ?? defaultGrace,
    parent,
    saved,
  });
  announce(run, saved !== undefined);
  const release = cancelWith(run, options.signal);
  const outcome = execute(run, () => of.body(run, args));
  const handle = new ActiveHandle(run, of, outcome);
  registerRun(handle);
  void outcome.then(() => {
    release();
    retireRun(handle);
  });
  return handle;
}

function announce(run: ActiveRun, isResumed: boolean): void {
  const { kind, of, name, parent } = run;
  if (isResumed) run.log('info', `Resumed ${kind} run '${name}' for ${kind} '${of}'`, null);
  else if (parent)
    parent.log('info', `Created ${kind === 'flow' ? 'subflow' : kind} run '${name}' for ${kind} '${of}'`, null);
  else run.line('info', `Created ${kind} run '${name}' for ${kind} '${of}'`, null, 'engine');
}

function cancelWith(run: ActiveRun, signal: AbortSignal | undefined): () => void {
  if (!signal) return () => undefined;
  const cancel = (): void => {
    const reason: unknown = signal.reason;
    run.cancel(reason instanceof Error ? reason.message : undefined);
  };
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  return () => signal.removeEventListener('abort', cancel);
}
