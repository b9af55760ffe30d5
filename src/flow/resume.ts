import { ConfigurationError } from '../errors/configuration-error.js';
import { NotFoundError } from '../errors/api-error.js';
import { ValidationError } from '../errors/validation-error.js';
import { restoreFromJson } from '../shared/rules/json-record.js';
import { checkId } from '../shared/rules/arguments.js';
import { formatValue } from '../shared/rules/format-value.js';
import type { LocalPipeline, Merge } from './types/local-pipeline.js';
import type { LocalRun, ResumeOptions, RunOptions } from './types/local-run.js';
import type { ResumePoint, RunEvent } from '../shared/runs/run-event.js';
import type { RunStatus, TaskRow } from '../shared/runs/run-status.js';
import type { Rows } from '../shared/types/rows.js';
import type { Flow, Task } from './types/task.js';
import { LocalRunHandle } from './running/local-run-handle.js';
import { definitionKey, type WithDefinition, type Definition } from './definition.js';
import { makeLocalRunsPrintable, toPrintableStatus } from '../print/records.js';
import { restoreResult } from './resuming/recorded-calls.js';
import { openRun } from './running/open-run.js';
import { findActiveRun, getRun } from './running/run-registry.js';
import { messageOf } from '../shared/rules/class-of.js';

/**
 * Resumes a run that failed, was cancelled or crashed. The run keeps its id. The result of a completed task or step is reused if its name,
 * version and arguments are unchanged. If a completed task or step runs again, all tasks and steps that began after it ended run again too.
 *
 * If the run has already completed, nothing runs, and all options except `of` and `store` are ignored. The handle's `result()` then returns
 * the recorded result, or throws a `TypeError` if the result could not be stored as JSON.
 *
 * @param options.of The run's pipeline, flow or task. Default: the one that this process started the run with.
 * @param options.store The store that contains the run. Default: the store that this process started the run with.
 * @throws `NotFoundError` if the store does not contain the run; `ValidationError` if the run id or an option is invalid, if the run is in
 * progress in this process, if `of` is not the run's pipeline, flow or task, or if the run cannot be restored from its record;
 * `ConfigurationError` if `of` or `store` is missing and has no default.
 * @example
 * ```ts
 * const store = directoryStore('./runs');
 * const run = await resume(id, { of: clean, store });
 * const { text } = await run.result();
 * ```
 */
export function resume<Input extends object, Added, KeepsInput extends boolean>(
  runId: string,
  options: ResumeOptions & { of: LocalPipeline<Input, Added, KeepsInput> },
): Promise<LocalRun<KeepsInput extends true ? Merge<Input, Added> : Added>>;
export function resume<Args extends readonly unknown[], Result>(
  runId: string,
  options: ResumeOptions & { of: Task<Args, Result> | Flow<Args, Result> },
): Promise<LocalRun<Result>>;
export function resume(runId: string, options?: ResumeOptions & { of?: undefined }): Promise<LocalRun>;
export async function resume(runId: string, options: ResumeOptions & { of?: unknown } = {}): Promise<LocalRun> {
  const { of: target, store: storeOption, ...runOptions } = options;
  throwIfInvalid(['runId'], checkId(runId, 'a run id'));
  if (findActiveRun(runId))
    throwIfInvalid(['runId'], `Expected a run that has ended, got ${formatValue(runId)}, which is in progress`);
  const handle = getRun(runId);
  const localHandle = handle instanceof LocalRunHandle ? handle : undefined;
  const store = storeOption ?? localHandle?.store;
  if (!store) throw new ConfigurationError(`Missing \`store\` for run ${runId}. ${storeAdvice}`);
  const resumePoint = await store.load(runId);
  if (!resumePoint) {
    const message = `The store has no run ${runId}: it never existed or was removed`;
    throw new NotFoundError(message, { status: 404, body: null, requestId: runId });
  }
  const owner = target === undefined ? localHandle : (Object(target) as Partial<WithDefinition>);
  const def = owner?.[definitionKey];
  if (target !== undefined && !def) throwIfInvalid(['of'], describeExpected(resumePoint, formatValue(target)));
  if (!def) throw new ConfigurationError(`Missing \`of\` for run ${runId}. ${getTargetAdvice(resumePoint)}`);
  return continueRun(def, resumePoint, { ...runOptions, store });
}

/**
 * Continues a run from its saved state. If the run has already completed, nothing runs, and `options` is ignored.
 *
 * @throws `ValidationError` if `def` does not match the run, if an option is invalid, or if the run is in progress or cannot be restored.
 */
export function continueRun(def: Definition, resumePoint: ResumePoint, options: RunOptions): LocalRun {
  throwIfInvalid(['of'], describeMismatch(def, resumePoint));
  if (resumePoint.run.state === 'completed') return new CompletedRunHandle(resumePoint);
  throwIfInvalid(['runId'], describeOldFormat(resumePoint));
  const args = restoreArgumentsOf(def, resumePoint);
  const { requestId } = resumePoint.run;
  // another call may have resumed the run while it was being loaded
  if (findActiveRun(requestId))
    throwIfInvalid(['runId'], `Expected a run that has ended, got ${formatValue(requestId)}, which is in progress`);
  return openRun(def, args, options, { resumePoint });
}

const storeAdvice =
  'Start runs with the option `store`, set to `memoryStore()` or `directoryStore(path)`, and pass the same store to `resume`.';

const getTargetAdvice = ({ run }: ResumePoint): string =>
  `This process did not start the run, or no longer remembers it. Pass the ${run.kind} '${run.of}' as \`of\`.`;

function describeMismatch({ kind, name }: Definition, resumePoint: ResumePoint): string | undefined {
  if (kind === resumePoint.run.kind && name === resumePoint.run.of) return undefined;
  return describeExpected(resumePoint, `${kind} '${name}'`);
}

const describeExpected = ({ run }: ResumePoint, actual: string): string =>
  `Expected \`of\` to be ${run.kind} '${run.of}', as in the run's record, got ${actual}`;

/**
 * Returns an error message if an earlier version of Millrace recorded the run without the digests of its tasks' arguments. Without a
 * digest, a task's result could be reused for a call with different arguments.
 */
function describeOldFormat({ run, calls }: ResumePoint): string | undefined {
  const oldTask = run.tasks.find(({ key, state }) => state === 'completed' && !calls?.[key]);
  return (
    oldTask &&
    `Expected the run's record to contain the arguments of every completed task, got none for '${oldTask.key}'. An earlier version of Millrace recorded the run. Start a new run instead`
  );
}

/** Returns the run's arguments. @throws `ValidationError` if the input, or the output of a completed task run, cannot be restored. */
function restoreArgumentsOf(def: Definition, { run, outputs }: ResumePoint): readonly unknown[] {
  const subject = { name: 'the input' };
  try {
    for (const task of run.tasks) {
      const output = outputs[task.key];
      if (task.state !== 'completed' || output === undefined) continue;
      subject.name = `the output of task run '${task.key}'`;
      restoreFromJson(output);
    }
    subject.name = 'the input';
    return def.restoreArguments(run.input);
  } catch (error) {
    const reason = messageOf(error);
    const message = `Expected ${subject.name} to be JSON so that the run can be resumed. ${reason}. Start a new run instead`;
    throw new ValidationError([{ path: ['runId'], message }]);
  }
}

function throwIfInvalid(path: string[], message: string | undefined): void {
  if (message !== undefined) throw new ValidationError([{ path, message }]);
}

/** The handle that `resume` returns for a run that has already completed. */
class CompletedRunHandle implements LocalRun {
  readonly id: string;
  readonly name: string;
  readonly #resumePoint: ResumePoint;
  readonly #status: RunStatus & Rows<TaskRow>;

  constructor(resumePoint: ResumePoint) {
    const { run } = resumePoint;
    this.id = run.requestId;
    this.name = run.name;
    this.#resumePoint = resumePoint;
    this.#status = toPrintableStatus(run);
  }

  static {
    makeLocalRunsPrintable(this.prototype, (handle) => handle.#resumePoint.run.result);
  }

  status(): RunStatus & Rows<TaskRow> {
    return this.#status;
  }

  async wait(): Promise<RunStatus & Rows<TaskRow>> {
    return this.#status;
  }

  async result(): Promise<unknown> {
    try {
      return restoreResult(this.#resumePoint);
    } catch (error) {
      throw new TypeError(
        `Expected the result of run ${this.id} to be JSON so that it can be restored. ${messageOf(error)}. For a description of the result, see status().result`,
        { cause: error },
      );
    }
  }

  cancel(): Promise<RunStatus & Rows<TaskRow>> {
    return this.wait();
  }

  // a completed run emits no further events
  async *[Symbol.asyncIterator](): AsyncGenerator<RunEvent> {}
}
