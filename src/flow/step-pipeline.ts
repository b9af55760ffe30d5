import { ValidationError } from '../errors/validation-error.js';
import { toRestorableJson, restoreFromJson } from '../shared/rules/json-record.js';
import { classOf } from '../shared/rules/class-of.js';
import { formatValue } from '../shared/rules/format-value.js';
import type { LocalPipelineOptions, StepInfo } from './types/local-pipeline.js';
import type { LocalRun, RunOptions } from './types/local-run.js';
import type { AttemptOptions } from './types/attempt-options.js';
import type { ActiveRun } from './running/active-run.js';
import { digestArguments, hash, type CallDigest } from './resuming/digest.js';
import { RecordedSteps, type PlannedStep } from './resuming/recorded-steps.js';
import { checkName, checkStepOptions, checkStepVersion } from './check-options.js';
import { promiseTry } from './callable.js';
import { definitionKey, type Definition } from './definition.js';
import { findEnclosingContext } from './running/context.js';
import { startChildTask, runChild } from './running/open-child.js';
import { openRun } from './running/open-run.js';
import { definePrintedText } from '../print/short-form.js';
import { createTaskRun, startTask } from './running/perform-task.js';
import type { TaskSpec } from './running/try-once.js';
import { validateInput } from './validate-input.js';

type Fields = Readonly<Record<string, unknown>>;
type Work = ((data: Fields) => unknown) | { readonly run: (data: Fields) => unknown };

interface Step extends StepInfo {
  readonly work: Work;
  readonly options: AttemptOptions;
}

/** The implementation of `LocalPipeline`. It has no type parameters, because they change with each step. */
export class StepPipeline {
  readonly name: string;
  readonly version: string | null;
  readonly steps: readonly StepInfo[];
  readonly [definitionKey]: Definition<[Fields], Fields>;
  readonly #options: LocalPipelineOptions;
  readonly #steps: readonly Step[];

  constructor(name: string, options: LocalPipelineOptions, steps: readonly Step[]) {
    this.name = name;
    this.version = options.version ?? null;
    this.steps = Object.freeze(steps.map((step) => Object.freeze({ name: step.name, version: step.version })));
    this.#options = options;
    this.#steps = steps;
    this[definitionKey] = {
      kind: 'pipeline',
      name,
      version: this.version,
      isVerbose: options.verbose ?? false,
      toRecordedInput: ([input]) => toRestorableJson(input),
      restoreArguments: (input) => [restoreFromJson(input) as Fields],
      digest: digestArguments,
      stepsDigest: () => this.#stepsDigest,
      perform: (run, [input]) => this.#runSteps(run, input),
    };
  }

  static {
    definePrintedText(
      this.prototype,
      ({ name, steps }) => `Pipeline '${name}' [${steps.map((step) => step.name).join(' → ')}]`,
    );
  }

  step(name: string, work: Work, version?: string, options: AttemptOptions = {}): StepPipeline {
    checkName(name, 'step');
    checkStepWork(work, name);
    checkStepVersion(version);
    checkStepOptions(options);
    return new StepPipeline(this.name, this.#options, [
      ...this.#steps,
      { name, work, version: version ?? null, options: { ...options } },
    ]);
  }

  run(input: Fields, options: RunOptions = {}): Promise<Fields> {
    return promiseTry(() => {
      const context = findEnclosingContext();
      if (!context) return this.start(input, options).result();
      return startChildTask<[Fields], Fields>(
        context,
        this[definitionKey],
        [input],
        options,
        context.run.dependencies.findIn([input]),
      );
    });
  }

  start(input: Fields, options: RunOptions = {}): LocalRun<Fields> {
    return openRun<[Fields], Fields>(this[definitionKey], [input], options);
  }

  /** A digest of the names and versions of the pipeline and its steps, including the steps of inner pipelines. */
  get #stepsDigest(): string {
    const steps = this.#steps.map(({ name, version, work }) => [name, version, getStepsDigest(work)]);
    return hash(JSON.stringify([this.name, this.version, steps]));
  }

  async #runSteps(run: ActiveRun, input: Fields): Promise<Fields> {
    const plannedSteps = this.#steps.map(({ name, version, work }, index) => {
      return { key: run.nextKey(name), name, version, index, stepsDigest: getStepsDigest(work) };
    });
    const recordedSteps = new RecordedSteps(run.resumePoint, plannedSteps);
    // create the task runs before the input is validated, so that the record shows every step from the start
    for (const step of plannedSteps)
      if (recordedSteps.needsNewTaskRun(step)) createStepTaskRun(run, plannedSteps, step);
    run.data = { ...((await validateInput(this.#options.input, checkInput(input), this.name)) as Fields) };
    const inputDigest = run.recordsOutputs ? digestArguments([run.data]) : { digest: null };
    if (recordedSteps.reusesResults && recordedSteps.hasDifferentInput(inputDigest.digest, plannedSteps)) {
      recordedSteps.stopReuseFrom(0);
      for (const step of plannedSteps)
        if (recordedSteps.needsNewTaskRun(step)) createStepTaskRun(run, plannedSteps, step);
    }
    for (const step of plannedSteps) {
      const fields = await startTask(run, this.#createSpec(run, plannedSteps, step, recordedSteps, inputDigest));
      run.data = { ...run.data, ...fields };
    }
    return run.data;
  }

  #createSpec(
    run: ActiveRun,
    plannedSteps: readonly PlannedStep[],
    step: PlannedStep,
    recordedSteps: RecordedSteps,
    inputDigest: CallDigest,
  ): TaskSpec<Fields> {
    const { name, version, index, key, stepsDigest } = step;
    const { work, options } = this.#steps[index] as Step;
    return {
      name,
      version,
      stepsDigest,
      // later steps need no digest, because their data derives from the first step's data
      digest: () => (index === 0 ? inputDigest : { digest: '' }),
      match: { key, decide: () => recordedSteps.decide(step, run.record.task(key)) },
      after: getPreviousKeys(plannedSteps, step),
      options,
      convertResult: (value) => toFields(value, name),
      work: (attempt) => {
        const data = { ...run.data };
        if (work instanceof StepPipeline)
          return runChild<[Fields], Fields>(run, attempt, work[definitionKey], [data], {});
        return (typeof work === 'function' ? work(data) : work.run(data)) as Fields | Promise<Fields>;
      },
      isChildRun: work instanceof StepPipeline,
    };
  }
}

function createStepTaskRun(run: ActiveRun, plannedSteps: readonly PlannedStep[], step: PlannedStep): void {
  createTaskRun(run, step.key, { ...step, after: getPreviousKeys(plannedSteps, step) }, step.index);
}

/** Returns an array with the key of the previous step. Empty for the first step. */
function getPreviousKeys(plannedSteps: readonly PlannedStep[], { index }: PlannedStep): string[] {
  return plannedSteps.slice(Math.max(0, index - 1), index).map(({ key }) => key);
}

const getStepsDigest = (work: Work): string | undefined =>
  work instanceof StepPipeline ? work[definitionKey].stepsDigest?.() : undefined;

function checkInput(input: unknown): Fields {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Fields;
  throw new TypeError(`Expected the pipeline input to be an object, got ${formatValue(input)}`);
}

/** Returns the fields that a step adds. @throws `TypeError` if the step returned neither `undefined` nor an object with named fields. */
function toFields(value: unknown, step: string): Fields {
  if (value === undefined) return {};
  // reject arrays, maps and dates, which have no fields to add; the spread calls getters, and the step fails if one throws
  if (Object.prototype.toString.call(value) === '[object Object]') return { ...(value as Fields) };
  const got = value !== null && typeof value === 'object' ? describeObject(value) : formatValue(value);
  throw new TypeError(
    `Expected step '${step}' to return an object with new fields, or nothing, got ${got}. Return { result } instead`,
  );
}

/** Returns the name of an object's class. A module has no constructor, and a generator's has no name, so `classOf` is the fallback. */
const getClassName = (value: { constructor?: { name: string } }): string => value.constructor?.name || classOf(value);

const describeObject = (value: object): string =>
  Array.isArray(value) ? formatValue(value) : `a ${getClassName(value)}`;

function checkStepWork(work: unknown, name: string): void {
  if (typeof work === 'function') return;
  if (typeof work === 'object' && work !== null && typeof (work as { run?: unknown }).run === 'function') return;
  const message = `Expected a function or an object with a \`run\` method for step '${name}', got ${formatValue(work)}`;
  throw new ValidationError([{ path: ['work'], message }]);
}
