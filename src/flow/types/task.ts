import type { CallOptions, LocalRun } from './local-run.js';
import type { StandardSchema } from './standard-schema.js';

/** Milliseconds, as a number, as a function, or growing from `base` to `cap` with full jitter. */
export type RetryDelay =
  | number
  | {
      /** @default 1000 */
      base?: number | undefined;
      /** @default 60_000 */
      cap?: number | undefined;
    }
  /** `attempt` is the one that failed, from 1. */
  | ((attempt: number, error: unknown) => number);

/** How a step or a task is tried. */
export interface AttemptOptions {
  /** How often it is tried again after a throw. @default 0 */
  retries?: number | undefined;
  /**
   * The wait before attempt n + 1 is a random part of `min(cap, base * 2 ** (n - 1))`.
   * See https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
   *
   * @default { base: 1000, cap: 60_000 }
   */
  retryDelay?: RetryDelay | undefined;
  /** Milliseconds for each attempt; then its signal is aborted, and the attempt has failed. @default none */
  timeout?: number | undefined;
}

/** Options of a task. */
export interface TaskOptions extends AttemptOptions {
  /** A resumed run does the work again when it has changed. @default none */
  version?: string | undefined;
  /** Print the log lines of runs of this task to stderr. @default false */
  verbose?: boolean | undefined;
}

/** Options of a flow. */
export interface FlowOptions {
  /** @default none */
  version?: string | undefined;
  /** Checks the first argument; what it makes of it is what the function gets. Any Standard Schema validator. @default none */
  input?: StandardSchema | undefined;
  /** Print the log lines of runs of this flow to stderr. @default false */
  verbose?: boolean | undefined;
}

/**
 * A named function. Called inside a flow it is a task run of that flow; called elsewhere it is a run of its own.
 *
 * `Args` and `Result` are those of the function.
 */
export interface Task<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
  /** Inside a flow it rejects with what the function threw; elsewhere with `RunFailedError`. */
  (...args: Args): Promise<Result>;
  readonly name: string;
  readonly version: string | null;
  /** A run of its own, wherever it is called. */
  start(...args: Args): LocalRun<Result>;
  /** The same task, called with these options. */
  with(options: CallOptions): Task<Args, Result>;
}

/** A function that calls tasks and flows: code decides the order. */
export interface Flow<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
  /** Inside a flow it is a subflow: a run of its own, with a parent. @throws `RunFailedError` */
  (...args: Args): Promise<Result>;
  readonly name: string;
  readonly version: string | null;
  /** A run without a parent, wherever it is called. */
  start(...args: Args): LocalRun<Result>;
  /** The same flow, called with these options. */
  with(options: CallOptions): Flow<Args, Result>;
}
