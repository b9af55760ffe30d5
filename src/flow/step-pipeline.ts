import { ValidationError } from '../errors/validation-error.js';
import { keepAsJson, restoreFromJson } from '../shared/rules/json-record.js';
import { showValue } from '../shared/rules/show-value.js';
import type { LocalPipelineOptions, StepInfo } from './types/local-pipeline.js';
import type { LocalRun, RunOptions } from './types/local-run.js';
import type { AttemptOptions } from './types/task.js';
import type { ActiveRun } from './running/active-run.js';
import { checkAttemptOptions, checkName, checkVersion } from './check-options.js';
import { toPromise } from './callable.js';
import { definition, type Definition } from './definition.js';
import { enclosingContext } from './running/context.js';
import { callChild, openChild } from './running/open-child.js';
import { openRun } from './running/open-run.js';
import { printAs } from '../print/short-form.js';
import { createTask, startTask } from './running/perform-task.js';
import type { TaskSpec } from './running/try-once.js';
import { validateInput } from './validate-input.js';

type Fields = Readonly<Record<string, unknown>>;
type Work = ((data: Fields) => unknown) | { readonly run: (data: Fields) => unknown };

interface Step extends StepInfo {
  readonly work: Work;
  readonly options: AttemptOptions;
}

/** Implements `LocalPipeline` without its type parameters, which change with each step. */
export class StepPipeline {
  readonly name: string;
  readonly version: string | null;
  readonly steps: readonly StepInfo[];
  readonly [definition]: Definition<[Fields], Fields>;
  readonly #options: LocalPipelineOptions;
  readonly #steps: readonly Step[];

  constructor(name: string, options: LocalPipelineOptions, steps: readonly Step[]) {
    this.name = name;
    this.version = options.version ?? null;
    this.steps = Object.freeze(steps.map((step) => Object.freeze({ name: step.name, version: step.version })));
    this.#options = options;
    this.#steps = steps;
    this[definition] = {
      kind: 'pipeline',
      name,
      version: this.version,
      isVerbose: options.verbose ?? false,
      record: ([input]) => keepAsJson(input),
      restore: (input) => [restoreFromJson(input) as Fields],
      body: (run, [input]) => this.#runSteps(run, input),
    };
  }

  static {
    printAs(this.prototype, ({ name, steps }) => `Pipeline '${name}' [${steps.map((step) => step.name).join(' → ')}]`);
  }

  step(name: string, work: Work, version?: string, options: AttemptOptions = {}): StepPipeline {
    checkName(name, 'step');
    checkStepWork(work, name);
    checkVersion(version);
    checkAttemptOptions(options);
    return new StepPipeline(this.name, this.#options, [
      ...this.#steps,
      { name, work, version: version ?? null, options: { ...options } },
    ]);
  }

  run(input: Fields, options: RunOptions = {}): Promise<Fields> {
    return toPromise(() => {
      const context = enclosingContext();
      if (!context) return this.start(input, options).result();
      return callChild<[Fields], Fields>(
        context,
        this[definition],
        [input],
        options,
        context.run.dependencies.find([input]),
      );
    });
  }

  start(input: Fields, options: RunOptions = {}): LocalRun<Fields> {
    return openRun<[Fields], Fields>(this[definition], [input], options);
  }

  async #runSteps(run: ActiveRun, input: Fields): Promise<Fields> {
    const keys = this.#createTasks(run);
    run.data = { ...((await validateInput(this.#options.input, checkInput(input), this.name)) as Fields) };
    for (const [index, step] of this.#steps.entries()) {
      const fields = await startTask(run, this.#createSpec(run, step, keys, index));
      run.data = { ...run.data, ...fields };
    }
    return run.data;
  }

  /** Creates all task runs up front, so that the record shows every step from the start. @returns Their keys. */
  #createTasks(run: ActiveRun): readonly string[] {
    const keys = this.#steps.map(({ name }) => run.nextKey(name));
    for (const [index, { name, version }] of this.#steps.entries()) {
      const previous = keys[index - 1];
      createTask(run, keys[index] as string, { name, version, after: previous === undefined ? [] : [previous] });
    }
    return keys;
  }

  #createSpec(
    run: ActiveRun,
    { name, version, work, options }: Step,
    keys: readonly string[],
    index: number,
  ): TaskSpec<Fields> {
    const previous = keys[index - 1];
    return {
      name,
      version,
      key: keys[index] as string,
      after: previous === undefined ? [] : [previous],
      options,
      accept: (value) => acceptFields(value, name),
      work: (attempt) => {
        const data = { ...run.data };
        if (work instanceof StepPipeline)
          return openChild<[Fields], Fields>(run, attempt, work[definition], [data], {});
        return (typeof work === 'function' ? work(data) : work.run(data)) as Fields | Promise<Fields>;
      },
      isRun: work instanceof StepPipeline,
    };
  }
}

function checkInput(input: unknown): Fields {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Fields;
  throw new TypeError(`Expected the pipeline input to be an object, got ${showValue(input)}`);
}

/** Returns the fields that a step adds. @throws `TypeError` if the step returned anything other than an object or `undefined`. */
function acceptFields(value: unknown, step: string): Fields {
  if (value === undefined) return {};
  // arrays, maps, dates and the like have no fields to add; if a getter throws, the step fails
  if (Object.prototype.toString.call(value) === '[object Object]') return { ...(value as Fields) };
  const got = value !== null && typeof value === 'object' ? kindOf(value) : showValue(value);
  throw new TypeError(
    `Expected step '${step}' to return an object with new fields, or nothing, got ${got}. Return { result } instead`,
  );
}

const kindOf = (value: object): string => (Array.isArray(value) ? showValue(value) : `a ${value.constructor.name}`);

function checkStepWork(work: unknown, name: string): void {
  if (typeof work === 'function') return;
  if (typeof work === 'object' && work !== null && typeof (work as { run?: unknown }).run === 'function') return;
  const message = `Expected a function or an object with a \`run\` method for step '${name}', got ${showValue(work)}`;
  throw new ValidationError([{ path: ['work'], message }]);
}
