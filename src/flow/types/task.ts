import type { AttemptOptions } from './attempt-options.js';
import type { CallOptions, LocalRun } from './local-run.js';
import type { StandardSchema } from './standard-schema.js';

/** `Args`, but not inferred from this place. TypeScript 5.0 has no `NoInfer`. */
export type Inferred<Args> = [Args][Args extends unknown ? 0 : never];

/** Options for a task. */
// oxlint-disable-next-line typescript/no-explicit-any -- `TaskOptions` without arguments accepts any
export interface TaskOptions<Args extends readonly unknown[] = any[]> extends AttemptOptions {
  /** If the version has changed, a resumed run repeats the work. @default none */
  version?: string | undefined;
  /** If true, prints log lines from this task's runs to stderr. @default false */
  verbose?: boolean | undefined;
  /**
   * Identifies a call when its run is resumed, instead of the arguments. Needed if an argument has no JSON form, such as a database
   * client: a call without a key then runs again.
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
 * Options for a flow. A retry performs the whole flow again. Inside another flow, each attempt is a child run with its own timeout;
 * elsewhere, the timeout is for all attempts.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- `FlowOptions` without arguments accepts any
export interface FlowOptions<Args extends readonly unknown[] = any[]> extends AttemptOptions {
  /** @default none */
  version?: string | undefined;
  /** Validates the first argument with any Standard Schema validator. The function receives the output. @default none */
  input?: StandardSchema | undefined;
  /** If true, prints log lines from this flow's runs to stderr. @default false */
  verbose?: boolean | undefined;
  /** Identifies a call when the enclosing run is resumed, like the `key` of a task. @default the arguments */
  key?: ((...args: Args) => string) | undefined;
}

/**
 * A named function. A call inside a flow is a task run in that flow. A call elsewhere is a separate run.
 *
 * `Args` and `Result` are the function's arguments and awaited result.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- `Task` without arguments accepts any
export interface Task<Args extends readonly unknown[] = any[], Result = unknown> {
  /** @throws Inside a flow, the function's error; elsewhere, `RunFailedError`. */
  (...args: Args): Promise<Result>;
  readonly name: string;
  readonly version: string | null;
  /** Starts a run without waiting for it. The run never has a parent. */
  start(...args: Args): LocalRun<Result>;
  /** Returns a copy of this task that uses these options for its calls. */
  with(options: CallOptions): Task<Args, Result>;
}

/** A function that calls tasks and other flows. Its code decides the order of the calls. */
// oxlint-disable-next-line typescript/no-explicit-any -- `Flow` without arguments accepts any
export interface Flow<Args extends readonly unknown[] = any[], Result = unknown> {
  /** Runs the flow. A call inside a flow is a subflow: a child run. @throws `RunFailedError` */
  (...args: Args): Promise<Result>;
  readonly name: string;
  readonly version: string | null;
  /** Starts a run without waiting for it. The run never has a parent. */
  start(...args: Args): LocalRun<Result>;
  /** Returns a copy of this flow that uses these options for its calls. */
  with(options: CallOptions): Flow<Args, Result>;
}
