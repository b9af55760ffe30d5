import type { CallOptions, LocalRun } from './local-run.js';
import type { StandardSchema } from './standard-schema.js';

/** The delay before a retry, in milliseconds: a number, a function, or exponential from `base` to `cap` with full jitter. */
export type RetryDelay =
  | number
  | {
      /** @default 1000 */
      base?: number | undefined;
      /** @default 60_000 */
      cap?: number | undefined;
    }
  /** `attempt` is the number of the failed attempt, from 1. */
  | ((attempt: number, error: unknown) => number);

/** Timeout and retries of a step or a task. */
export interface AttemptOptions {
  /** How many times it is retried after it throws. @default 0 */
  retries?: number | undefined;
  /**
   * The delay before attempt n + 1 is random, up to `min(cap, base * 2 ** (n - 1))`.
   * See https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
   *
   * @default { base: 1000, cap: 60_000 }
   */
  retryDelay?: RetryDelay | undefined;
  /** Milliseconds for each attempt. When they pass, its signal is aborted and the attempt fails. @default none */
  timeout?: number | undefined;
}

/** Options of a task. */
export interface TaskOptions extends AttemptOptions {
  /** When it has changed, a resumed run does the work again. @default none */
  version?: string | undefined;
  /** Print the log lines of runs of this task to stderr. @default false */
  verbose?: boolean | undefined;
}

/** Options of a flow. */
export interface FlowOptions {
  /** @default none */
  version?: string | undefined;
  /** Validates the first argument; the function receives its output. Any Standard Schema validator. @default none */
  input?: StandardSchema | undefined;
  /** Print the log lines of runs of this flow to stderr. @default false */
  verbose?: boolean | undefined;
}

/**
 * A named function. A call inside a flow is a task run of that flow; a call elsewhere is a run of its own.
 *
 * `Args` and `Result` are those of the function.
 */
export interface Task<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
  /** @throws What the function threw, inside a flow; `RunFailedError` elsewhere. */
  (...args: Args): Promise<Result>;
  readonly name: string;
  readonly version: string | null;
  /** Starts a run without waiting for it. The run never has a parent. */
  start(...args: Args): LocalRun<Result>;
  /** Returns the same task with these options for its calls. */
  with(options: CallOptions): Task<Args, Result>;
}

/** A function that calls tasks and other flows. Its code decides the order. */
export interface Flow<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
  /** A call inside a flow is a subflow: a run of its own, with a parent. @throws `RunFailedError` */
  (...args: Args): Promise<Result>;
  readonly name: string;
  readonly version: string | null;
  /** Starts a run without waiting for it. The run never has a parent. */
  start(...args: Args): LocalRun<Result>;
  /** Returns the same flow with these options for its calls. */
  with(options: CallOptions): Flow<Args, Result>;
}
