/**
 * The delay before a retry, in milliseconds: a number, a function, or the limits of exponential backoff with full jitter.
 */
export type RetryDelay =
  | number
  | {
      /** The maximum delay before the first retry, in milliseconds. The maximum doubles with each retry. @default 1000 */
      base?: number | undefined;
      /** The maximum delay before any retry, in milliseconds. @default 60_000 */
      cap?: number | undefined;
    }
  /** `attempt` is the number of failed attempts, starting at 1. The count restarts when the run is resumed. */
  | ((attempt: number, error: unknown) => number);

/** Timeout and retry options for a step, a task or a flow. */
export interface AttemptOptions {
  /** Maximum number of retries after the work throws or times out. The count restarts when the run is resumed. @default 0 */
  retries?: number | undefined;
  /**
   * The delay before a retry. With `base` and `cap`, the delay after n failed attempts is random, up to
   * `min(cap, base * 2 ** (n - 1))`. See https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
   *
   * @default { base: 1000, cap: 60_000 }
   */
  retryDelay?: RetryDelay | undefined;
  /** Returns whether to retry after an error or a timeout. @default retry after every error and timeout */
  retryIf?: ((error: unknown) => boolean) | undefined;
  /**
   * Timeout for each attempt, in milliseconds. When it expires, the work's signal is aborted and the attempt fails. For a flow without
   * a parent run, the timeout covers all attempts together.
   *
   * @default none
   */
  timeout?: number | undefined;
}
