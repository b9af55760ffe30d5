import type { LocalRun, RunOptions } from './local-run.js';
import type { StandardSchema } from './standard-schema.js';
import type { AttemptOptions } from './attempt-options.js';

/** An object type without fields. Unlike an index signature, `{}` preserves the fields of the type that {@link Merge} combines it with. */
// oxlint-disable-next-line typescript/no-empty-object-type -- intended
export type NoFields = {};

/** Combines the fields of both types. A field in `Newer` replaces the same field in `Older`. */
export type Merge<Older, Newer> = Newer extends unknown
  ? // inferred, so that editors show the fields instead of the type expression
    Omit<Older, keyof Newer> & Newer extends infer Both
    ? { [K in keyof Both]: Both[K] }
    : never
  : never;

/** The fields that a step adds. They are optional if the step does not always return an object. */
type FieldsOf<Result> = [Exclude<Result, Nothing>] extends [never]
  ? NoFields
  : [Extract<Result, Nothing>] extends [never]
    ? Result
    : Partial<Exclude<Result, Nothing>>;

// oxlint-disable-next-line typescript/no-invalid-void-type -- the result of a function without `return`
type Nothing = undefined | void;

/** A step's result: an object with new fields, or nothing. */
type StepResult = object | Nothing;

/** A step's work: a function, or an object with a `run` method, such as a class instance or another pipeline. */
type StepWork<Data, Result> =
  | ((data: Data) => Result)
  | {
      /** Performs the step's work. */
      readonly run: (data: Data) => Result;
    };

type StepOptions = AttemptOptions;

/** Options for a pipeline made of your own functions. */
export interface LocalPipelineOptions {
  /** If true, prints log lines from the pipeline's runs to stderr. @default false */
  verbose?: boolean | undefined;
  /** A Standard Schema that validates the input. The first step receives the schema's output. @default none */
  input?: StandardSchema | undefined;
  /** The version shown in run records. If the version has changed, a resumed parent run repeats the pipeline. @default none */
  version?: string | undefined;
}

/** A step's name and version, as shown in run records. */
export interface StepInfo {
  readonly name: string;
  readonly version: string | null;
}

/**
 * An immutable pipeline made of your own functions. The `step` method returns a new pipeline.
 *
 * `Input` is the type of a run's input, and `Added` is the type of the fields that the steps add. With a schema, `Added` also contains the
 * schema's output, and `KeepsInput` is false, because the output replaces the input.
 */
export interface LocalPipeline<Input extends object = NoFields, Added = NoFields, KeepsInput extends boolean = true> {
  readonly name: string;
  readonly version: string | null;
  readonly steps: readonly StepInfo[];
  /**
   * Returns a new pipeline with one more step. The step receives a shallow copy of all fields from the input and the earlier steps, and
   * returns new fields or nothing. A new field replaces an earlier field with the same name.
   *
   * @param version If the version has changed, a resumed run repeats this step and all later steps. Default: none.
   * @throws `ValidationError` if the name, the work, the version or an option is invalid.
   * @example
   * ```ts
   * const clean = pipeline<{ raw: string }>('clean')
   *   .step('trim', (d) => ({ text: d.raw.trim() }), 'v1.0')
   *   .step('upper', (d) => ({ text: d.text.toUpperCase() }), 'v1.0', { retries: 2 });
   * ```
   */
  step<Result extends StepResult | Promise<StepResult>>(
    name: string,
    work: StepWork<KeepsInput extends true ? Merge<Input, Added> : Added, Result>,
    version?: string,
    options?: StepOptions,
  ): LocalPipeline<Input, Merge<Added, FieldsOf<Awaited<Result>>>, KeepsInput>;
  /**
   * Runs the steps in order. Inside a flow, a task or a step, the new run is a child of the enclosing run.
   *
   * @returns All fields of the input and the steps. With a schema, the schema's output replaces the input.
   * @throws `RunFailedError` if the run does not complete. Its `data` contains the fields of the input and the completed steps.
   */
  run<RunInput extends Input>(
    input: RunInput,
    options?: RunOptions,
  ): Promise<KeepsInput extends true ? Merge<RunInput, Added> : Added>;
  /** Starts a run without waiting for it. The run never has a parent, even inside a flow or a step. */
  start<RunInput extends Input>(
    input: RunInput,
    options?: RunOptions,
  ): LocalRun<KeepsInput extends true ? Merge<RunInput, Added> : Added>;
}
