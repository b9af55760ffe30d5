import { ConfigurationError } from '../errors/configuration-error.js';
import { NotFoundError } from '../errors/not-found-error.js';
import { ValidationError } from '../errors/validation-error.js';
import { restoreFromJson } from '../shared/rules/json-record.js';
import { checkId } from '../shared/rules/identifier.js';
import { showValue } from '../shared/rules/show-value.js';
import type { LocalPipeline, Merge } from './types/local-pipeline.js';
import type { LocalRun, ResumeOptions } from './types/local-run.js';
import type { ResumePoint } from '../shared/runs/run-event.js';
import type { Flow, Task } from './types/task.js';
import { ActiveHandle } from './running/active-handle.js';
import { definition, type Defined, type Definition } from './definition.js';
import { EndedHandle } from './running/ended-handle.js';
import { openRun } from './running/open-run.js';
import { getRun, isGoingOn } from './running/run-registry.js';

/**
 * Goes on with a run that failed, was cancelled or crashed. What had completed is not done again: its results are taken from the
 * store, as long as the task or step has the same name and version. The run keeps its id.
 *
 * A run that had completed gives its recorded result, and nothing is done.
 *
 * @param options.of The pipeline, flow or task that the run is of. Default: that of the run, when this process began it.
 * @param options.store Default: that of the run, when this process began it.
 * @throws `NotFoundError` when the store does not know the run; `ValidationError` when it is going on, or is of something else, or
 * when a value that it has to take over was not JSON; `ConfigurationError` when `of` or `store` is needed.
 * @example
 * ```ts
 * const store = directoryStore('./runs');
 * const run = await resume(id, { of: clean, store });
 * const { text } = await run.result();
 * ```
 */
export function resume<Input extends object, Added, Kept extends boolean>(
  runId: string,
  options: ResumeOptions & { of: LocalPipeline<Input, Added, Kept> },
): Promise<LocalRun<Kept extends true ? Merge<Input, Added> : Added>>;
export function resume<Args extends readonly unknown[], Result>(
  runId: string,
  options: ResumeOptions & { of: Task<Args, Result> | Flow<Args, Result> },
): Promise<LocalRun<Result>>;
export function resume(runId: string, options?: ResumeOptions & { of?: undefined }): Promise<LocalRun>;
export async function resume(runId: string, options: ResumeOptions & { of?: unknown } = {}): Promise<LocalRun> {
  const { of: given, store: givenStore, ...rest } = options;
  refuse(['runId'], checkId(runId, 'the id of a run'));
  if (isGoingOn(runId)) refuse(['runId'], `Expected a run that is over, got ${showValue(runId)}, which is going on`);
  const known = getRun(runId);
  const own = known instanceof ActiveHandle ? known : undefined;
  const store = givenStore ?? own?.store;
  if (!store) throw new ConfigurationError(`Expected a store that knows run ${runId}, got none. ${howToStore}`);
  const saved = await store.load(runId);
  if (!saved) {
    const message = `Expected a run that its store knows, got ${runId}: it is unknown, or was removed`;
    throw new NotFoundError(message, { status: 404, body: null, requestId: runId });
  }
  const of = given === undefined ? own?.[definition] : (given as Partial<Defined>)[definition];
  if (!of) throw new ConfigurationError(`Expected to know what run ${runId} is of, got nothing. ${howToName(saved)}`);
  refuse(['of'], findDifference(of, saved));
  if (saved.run.state === 'completed') return new EndedHandle(saved.run);
  const args = restore(of, saved);
  // it may have begun meanwhile
  if (isGoingOn(runId)) refuse(['runId'], `Expected a run that is over, got ${showValue(runId)}, which is going on`);
  return openRun(of, args, { ...rest, store }, { saved });
}

const howToStore =
  'Give runs one when they begin, `run(input, { store })` with `memoryStore()` or `directoryStore(path)`, and the same one here.';

const howToName = ({ run }: ResumePoint): string =>
  `This program did not begin it: give the ${run.kind} '${run.of}' as \`of\`.`;

function findDifference({ kind, name }: Definition, { run }: ResumePoint): string | undefined {
  if (kind === run.kind && name === run.of) return undefined;
  return `Expected \`of\` to be the ${run.kind} '${run.of}', which the run is of, got the ${kind} '${name}'`;
}

/** Everything that has to be taken over is looked at before anything is done. */
function restore(of: Definition, { run, outputs }: ResumePoint): readonly unknown[] {
  const place = { text: 'the input' };
  try {
    for (const task of run.tasks) {
      const output = outputs[task.key];
      if (task.state !== 'completed' || output === undefined) continue;
      place.text = `the output of task run '${task.key}'`;
      restoreFromJson(output);
    }
    place.text = 'the input';
    return of.restore(run.input);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Expected ${place.text} to be JSON, so that a run can go on with it. ${reason}. Begin a new run instead`;
    throw new ValidationError([{ path: ['runId'], message }]);
  }
}

function refuse(path: string[], message: string | undefined): void {
  if (message !== undefined) throw new ValidationError([{ path, message }]);
}
