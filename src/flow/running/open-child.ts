import type { ResumePoint } from '../../shared/runs/run-event.js';
import { restoreResult } from '../resuming/recorded-calls.js';
import type { AttemptOptions } from '../types/attempt-options.js';
import type { RunOptions } from '../types/local-run.js';
import type { ActiveRun } from './active-run.js';
import type { ActiveAttempt } from './active-attempt.js';
import type { Context } from './context.js';
import type { Definition } from '../definition.js';
import { openRun } from './open-run.js';
import { startTask } from './perform-task.js';
import { isError } from '../../shared/rules/class-of.js';
import { throwIfAborted } from '../../shared/runtime/abort-reason.js';

/** Runs a flow or pipeline as a child of the current run. A task run in the parent starts the child run and waits for its result. */
export function startChildTask<Args extends readonly unknown[], Result>(
  { run }: Context,
  def: Definition<Args, Result>,
  args: Args,
  options: RunOptions,
  after: readonly string[],
  attemptOptions: AttemptOptions = {},
): Promise<Result> {
  const { name, version, stepsDigest } = def;
  return startTask<Result>(run, {
    name,
    version,
    stepsDigest: stepsDigest?.(),
    digest: () => def.digest(args),
    after,
    options: attemptOptions,
    isChildRun: true,
    isSilent: true,
    work: (attempt) => runChild(run, attempt, def, args, options),
  });
}

/**
 * Returns the result of a child run. If an earlier execution of the parent started the child run, reuses its result or resumes it if
 * possible. Otherwise, starts a new child run.
 */
export async function runChild<Args extends readonly unknown[], Result>(
  parent: ActiveRun,
  attempt: ActiveAttempt,
  def: Definition<Args, Result>,
  args: Args,
  options: RunOptions,
): Promise<Result> {
  const saved = await findSavedChild(parent, attempt.key, def);
  throwIfAborted(attempt.signal);
  if (saved && 'value' in saved) return saved.value as Result;
  const handle = openRun(def, args, options, { parent, resumePoint: saved?.resumePoint });
  attempt.recordChild(handle.id);
  const cancel = (): void => {
    const reason: unknown = attempt.signal.reason;
    void handle.cancel(isError(reason) ? reason.message : undefined);
  };
  attempt.signal.addEventListener('abort', cancel, { once: true });
  try {
    return await handle.result();
  } finally {
    attempt.signal.removeEventListener('abort', cancel);
  }
}

/**
 * Finds the child run that an earlier execution of the parent started.
 *
 * @returns The child's result, the saved state of a child that has not completed, or `undefined` if a new child run is needed.
 */
async function findSavedChild(
  parent: ActiveRun,
  key: string,
  { kind, name, version }: Pick<Definition, 'kind' | 'name' | 'version'>,
): Promise<{ readonly value: unknown } | { readonly resumePoint: ResumePoint } | undefined> {
  const saved = await parent.loadChild(key);
  if (!saved) return undefined;
  const { resumePoint, canReuseResult } = saved;
  const { run } = resumePoint;
  if (run.kind !== kind || run.of !== name || run.version !== version) return undefined;
  if (run.state !== 'completed') return { resumePoint };
  try {
    return canReuseResult ? { value: restoreResult(resumePoint) } : undefined;
  } catch {
    // the result could not be stored, so a new child run is needed
    return undefined;
  }
}
