import { ConfigurationError } from '../errors/configuration-error.js';
import { NotFoundError } from '../errors/api-error.js';
import { ValidationError } from '../errors/validation-error.js';
import { restoreFromJson } from '../shared/rules/json-record.js';
import { checkId } from '../shared/rules/arguments.js';
import { showValue } from '../shared/rules/show-value.js';
import type { LocalPipeline, Merge } from './types/local-pipeline.js';
import type { LocalRun, ResumeOptions } from './types/local-run.js';
import type { ResumePoint, RunEvent } from '../shared/runs/run-event.js';
import type { RunStatus } from '../shared/runs/run-status.js';
import type { Flow, Task } from './types/task.js';
import { ActiveHandle } from './running/active-handle.js';
import { definition, type Defined, type Definition } from './definition.js';
import { openRun } from './running/open-run.js';
import { getRun, isActive } from './running/run-registry.js';

/**
 * Resumes a run that failed, was cancelled or crashed. Completed tasks and steps are not done again while their name and version
 * stay the same: their results come from the store. The run keeps its id.
 *
 * For a run that has completed, the handle returns the recorded result, and nothing runs.
 *
 * @param options.of The pipeline, flow or task of the run. Default: the one that this process started the run with.
 * @param options.store The store that has the run. Default: the one that this process started the run with.
 * @throws `NotFoundError` when the store does not know the run. `ValidationError` when the run is in progress, when `of` is not
 * what the run was started with, or when a stored value was not JSON. `ConfigurationError` when `of` or `store` is missing.
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
  throwIf(['runId'], checkId(runId, 'the id of a run'));
  if (isActive(runId)) throwIf(['runId'], `Expected a run that is over, got ${showValue(runId)}, which is going on`);
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
  throwIf(['of'], findDifference(of, saved));
  if (saved.run.state === 'completed') return new EndedHandle(saved.run);
  const args = restore(of, saved);
  // it may have been resumed meanwhile
  if (isActive(runId)) throwIf(['runId'], `Expected a run that is over, got ${showValue(runId)}, which is going on`);
  return openRun(of, args, { ...rest, store }, { saved });
}

const howToStore =
  'Start runs with one, `run(input, { store })` with `memoryStore()` or `directoryStore(path)`, and pass the same one here.';

const howToName = ({ run }: ResumePoint): string =>
  `This process did not start it: pass the ${run.kind} '${run.of}' as \`of\`.`;

function findDifference({ kind, name }: Definition, { run }: ResumePoint): string | undefined {
  if (kind === run.kind && name === run.of) return undefined;
  return `Expected \`of\` to be the ${run.kind} '${run.of}', which the run was started with, got the ${kind} '${name}'`;
}

/** Checks every stored value that the run needs, before anything runs. @returns The run's arguments. */
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
    const message = `Expected ${place.text} to be JSON, so that the run can be resumed. ${reason}. Start a new run instead`;
    throw new ValidationError([{ path: ['runId'], message }]);
  }
}

function throwIf(path: string[], message: string | undefined): void {
  if (message !== undefined) throw new ValidationError([{ path, message }]);
}

/** The handle of a run that has completed before. */
class EndedHandle implements LocalRun {
  readonly id: string;
  readonly name: string;
  readonly #status: RunStatus;

  constructor(status: RunStatus) {
    this.id = status.requestId;
    this.name = status.name;
    this.#status = status;
  }

  status(): RunStatus {
    return this.#status;
  }

  async wait(): Promise<RunStatus> {
    return this.#status;
  }

  async result(): Promise<unknown> {
    return restoreFromJson(this.#status.result);
  }

  cancel(): Promise<RunStatus> {
    return this.wait();
  }

  // it emits no further events
  async *[Symbol.asyncIterator](): AsyncGenerator<RunEvent> {}
}
