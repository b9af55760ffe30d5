import type { LocalRun, RunOptions } from './local-run.js';
import type { StandardSchema } from './standard-schema.js';
import type { AttemptOptions } from './task.js';

/** `{}`, which no later field disappears in, as it would in an index signature. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- it is what is meant
export type NoFields = {};

/** The fields of both; where both have one, the newer one's. */
export type Merge<Older, Newer> = Newer extends unknown
  ? // inferred, so that compilers show the fields and not how they came together
    Omit<Older, keyof Newer> & Newer extends infer Both
    ? { [K in keyof Both]: Both[K] }
    : never
  : never;

/** The fields that a step adds: none when it returns nothing, perhaps some when it sometimes does. */
export type FieldsOf<Result> = [Exclude<Result, Nothing>] extends [never]
  ? NoFields
  : [Extract<Result, Nothing>] extends [never]
    ? Result
    : Partial<Exclude<Result, Nothing>>;

// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- the result of a function without `return`
type Nothing = undefined | void;

/** What a step may return: an object of new fields, or nothing. */
export type StepResult = object | Nothing;

/** A function, or anything with a method `run`: an instance of a class, another pipeline. */
export type StepWork<Data, Result> =
  | ((data: Data) => Result)
  | {
      /** Does the work. */
      readonly run: (data: Data) => Result;
    };

/** How a step is tried. */
export type StepOptions = AttemptOptions;

/** Options of a pipeline of your own functions. */
export interface LocalPipelineOptions {
  /** Print the log lines of its runs to stderr. @default false */
  verbose?: boolean | undefined;
  /** Checks the input; what it makes of it is what the first step gets. Any Standard Schema validator. @default none */
  input?: StandardSchema | undefined;
  /** @default none */
  version?: string | undefined;
}

/** One step, as the pipeline's record names it. */
export interface StepInfo {
  readonly name: string;
  readonly version: string | null;
}

/**
 * A chain of your own steps. It is a value: `step` gives a new pipeline and leaves this one as it was.
 *
 * `Input` is what a run needs, `Added` what the steps so far add to it. `Kept` is false when a schema makes the data, so that
 * further fields of the input are gone.
 */
export interface LocalPipeline<Input extends object = NoFields, Added = NoFields, Kept extends boolean = true> {
  readonly name: string;
  readonly version: string | null;
  readonly steps: readonly StepInfo[];
  /**
   * Adds a step. It gets a shallow copy of all fields so far and returns new ones, or nothing; the last writer wins.
   *
   * @param version A resumed run does the step again when it has changed. Default none.
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
   * Runs the steps, one after the other. Inside a flow or a step, the run has that run as its parent.
   *
   * @returns All fields: the input's, and those that the steps added.
   * @throws `RunFailedError`, with the fields so far as `data`.
   */
  run<Given extends Input>(
    input: Given,
    options?: RunOptions,
  ): Promise<Kept extends true ? Merge<Given, Added> : Added>;
  /** Begins a run without waiting for it. It has no parent, wherever it is called. */
  start<Given extends Input>(
    input: Given,
    options?: RunOptions,
  ): LocalRun<Kept extends true ? Merge<Given, Added> : Added>;
}
