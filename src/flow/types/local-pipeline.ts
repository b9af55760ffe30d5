import type { LocalRun, RunOptions } from './local-run.js';
import type { StandardSchema } from './standard-schema.js';
import type { AttemptOptions } from './task.js';

/** `{}`: an index signature would hide the fields that are added later. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- intended
export type NoFields = {};

/** The fields of both types. A field of `Newer` replaces that of `Older`. */
export type Merge<Older, Newer> = Newer extends unknown
  ? // inferred, so that editors show the fields, not the type expression
    Omit<Older, keyof Newer> & Newer extends infer Both
    ? { [K in keyof Both]: Both[K] }
    : never
  : never;

/** The fields that a step adds: none when it returns nothing, optional ones when it may return nothing. */
export type FieldsOf<Result> = [Exclude<Result, Nothing>] extends [never]
  ? NoFields
  : [Extract<Result, Nothing>] extends [never]
    ? Result
    : Partial<Exclude<Result, Nothing>>;

// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- the result of a function without `return`
type Nothing = undefined | void;

/** The result of a step: an object of new fields, or nothing. */
export type StepResult = object | Nothing;

/** The work of a step: a function, or an object with a method `run`, such as an instance of a class or another pipeline. */
export type StepWork<Data, Result> =
  | ((data: Data) => Result)
  | {
      /** Does the work. */
      readonly run: (data: Data) => Result;
    };

/** Timeout and retries of a step. */
export type StepOptions = AttemptOptions;

/** Options of a pipeline of your own functions. */
export interface LocalPipelineOptions {
  /** Print the log lines of its runs to stderr. @default false */
  verbose?: boolean | undefined;
  /** Validates the input; the first step receives its output. Any Standard Schema validator. @default none */
  input?: StandardSchema | undefined;
  /** @default none */
  version?: string | undefined;
}

/** A step's name and version, as in the pipeline's record. */
export interface StepInfo {
  readonly name: string;
  readonly version: string | null;
}

/**
 * A chain of your own steps. It is immutable: `step` returns a new pipeline.
 *
 * `Input` is the input of a run, `Added` the fields that the steps add to it. `Kept` is false when a schema produces the data: then
 * further fields of the input are not kept.
 */
export interface LocalPipeline<Input extends object = NoFields, Added = NoFields, Kept extends boolean = true> {
  readonly name: string;
  readonly version: string | null;
  readonly steps: readonly StepInfo[];
  /**
   * Adds a step. It receives a shallow copy of all fields so far, and returns new ones or nothing. A later field replaces an
   * earlier one of the same name.
   *
   * @param version When it has changed, a resumed run does the step again. Default none.
   * @throws `ValidationError`
   * @example
   * ```ts
   * const clean = pipeline<{ raw: string }>('clean')
   *   .step('trim', (d) => ({ text: d.raw.trim() }), 'v1.0')
   *   .step('upper', (d) => ({ text: d.text.toUpperCase() }), 'v1.0', { retries: 2 });
   * ```
   */
  step<Result extends StepResult | Promise<StepResult>>(
    name: string,
    work: StepWork<Kept extends true ? Merge<Input, Added> : Added, Result>,
    version?: string,
    options?: StepOptions,
  ): LocalPipeline<Input, Merge<Added, FieldsOf<Awaited<Result>>>, Kept>;
  /**
   * Runs the steps one after the other. Inside a flow or a step, the run is a child of that run.
   *
   * @returns All fields: those of the input, and those that the steps added.
   * @throws `RunFailedError`, with the fields so far as `data`.
   */
  run<Given extends Input>(
    input: Given,
    options?: RunOptions,
  ): Promise<Kept extends true ? Merge<Given, Added> : Added>;
  /** Starts a run without waiting for it. The run never has a parent. */
  start<Given extends Input>(
    input: Given,
    options?: RunOptions,
  ): LocalRun<Kept extends true ? Merge<Given, Added> : Added>;
}
