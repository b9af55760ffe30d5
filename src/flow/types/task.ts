import type { CallOptions, LocalRun } from './local-run.js';
import type { StandardSchema } from './standard-schema.js';

/**
 * The delay before a retry, in milliseconds: a number, a function, or exponential backoff from `base` to `cap` with full jitter.
 */
export type RetryDelay =
  | number
  | {
      /** @default 1000 */
      base?: number | undefined;
      /** @default 60_000 */
      cap?: number | undefined;
    }
  /** `attempt` is the number of the failed attempt, starting at 1. */
  | ((attempt: number, error: unknown) => number);

/** `Args`, but not inferred from this place. TypeScript 5.0 has no `NoInfer`. */
export type Inferred<Args> = [Args][Args extends unknown ? 0 : never];

/** Timeout and retries for a step or a task. */
export interface AttemptOptions {
  /** Maximum number of retries if the work throws. @default 0 */
  retries?: number | undefined;
  /**
   * The delay before attempt n + 1 is random, up to `min(cap, base * 2 ** (n - 1))`.
   * See https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
   *
   * @default { base: 1000, cap: 60_000 }
   */
  retryDelay?: RetryDelay | undefined;
  /** Timeout for each attempt, in milliseconds. When it expires, the signal is aborted and the attempt fails. @default none */
  timeout?: number | undefined;
}

/** Options for a task. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- `TaskOptions` without arguments accepts any
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

/** Options for a flow. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- `FlowOptions` without arguments accepts any
export interface FlowOptions<Args extends readonly unknown[] = any[]> {
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
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- `Task` without arguments accepts any
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
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- `Flow` without arguments accepts any
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
