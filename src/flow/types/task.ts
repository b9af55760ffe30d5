import type { AttemptOptions } from './attempt-options.js';
import type { CallOptions, LocalRun } from './local-run.js';
import type { StandardSchema } from './standard-schema.js';

/** Prevents the inference of `Args` from this position, like `NoInfer`, which TypeScript 5.0 does not have. */
export type NoInferArgs<Args> = [Args][Args extends unknown ? 0 : never];

/** Options for a task. */
// oxlint-disable-next-line typescript/no-explicit-any -- `TaskOptions` without arguments accepts any
export interface TaskOptions<Args extends readonly unknown[] = any[]> extends AttemptOptions {
  /** If the version has changed, a resumed run repeats the task. @default none */
  version?: string | undefined;
  /** If true, prints log lines from this task's runs to stderr. @default false */
  verbose?: boolean | undefined;
  /**
   * Returns a string that replaces the arguments as the identity of a call when the enclosing run is resumed. Set this if an argument has
   * no JSON form, such as a database client: otherwise, a resumed run repeats the call.
   *
   * @default the arguments
   * @example
   * ```ts
   * const load = task('load', (db: Map<string, string>, id: string) => db.get(id), { key: (_db, id) => id });
   * ```
   */
  key?: ((...args: Args) => string) | undefined;
}

/**
 * Options for a flow. A retry repeats the whole flow. Each attempt at a subflow is a child run with its own timeout. All attempts at a flow
 * without a parent run share one run and one timeout.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- `FlowOptions` without arguments accepts any
export interface FlowOptions<Args extends readonly unknown[] = any[]> extends AttemptOptions {
  /** If the version has changed, a resumed run repeats the subflow. @default none */
  version?: string | undefined;
  /** A Standard Schema that validates the first argument. The function receives the schema's output. @default none */
  input?: StandardSchema | undefined;
  /** If true, prints log lines from this flow's runs to stderr. @default false */
  verbose?: boolean | undefined;
  /** Identifies a call when the enclosing run is resumed, like the `key` of a task. @default the arguments */
  key?: ((...args: Args) => string) | undefined;
}

/**
 * A named function. A call inside a run becomes a task run of that run. A call outside a run starts a new run.
 *
 * `Args` and `Result` are the function's arguments and awaited result.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- `Task` without arguments accepts any
export interface Task<Args extends readonly unknown[] = any[], Result = unknown> {
  /** @throws Inside a run, the function's error. Outside a run, `RunFailedError` if the run does not complete. */
  (...args: Args): Promise<Result>;
  readonly name: string;
  readonly version: string | null;
  /** Starts a run without waiting for it. The run never has a parent. */
  start(...args: Args): LocalRun<Result>;
  /** Returns a copy of this task that uses these options for its calls. */
  with(options: CallOptions): Task<Args, Result>;
}

/** A function that calls tasks and other flows in any order. */
// oxlint-disable-next-line typescript/no-explicit-any -- `Flow` without arguments accepts any
export interface Flow<Args extends readonly unknown[] = any[], Result = unknown> {
  /**
   * Runs the flow. Inside another run, the flow runs as a subflow, in a child run.
   *
   * @throws `RunFailedError` if the run does not complete.
   */
  (...args: Args): Promise<Result>;
  readonly name: string;
  readonly version: string | null;
  /** Starts a run without waiting for it. The run never has a parent. */
  start(...args: Args): LocalRun<Result>;
  /** Returns a copy of this flow that uses these options for its calls. */
  with(options: CallOptions): Flow<Args, Result>;
}
