import type { Logger } from '../../shared/types/logger.js';
import type { RunReporter, RunStore } from '../../shared/runs/run-observer.js';
import type { RunEvent } from '../../shared/runs/run-event.js';
import type { RunStatus } from '../../shared/runs/run-status.js';

/**
 * One execution of a pipeline, flow or task of yours, in this process. It goes on whether or not anybody waits for it, and a
 * failure that nobody asks for disturbs nobody. It has no `then`: returning it from an `async` function does not wait for it.
 *
 * Iterating it gives its reports as they happen, and ends with the run. A reader that falls more than 1000 reports behind
 * misses the oldest of them: their sequence numbers show it.
 */
export interface LocalRun<T = unknown> extends AsyncIterable<RunEvent> {
  /** A UUID. */
  readonly id: string;
  /** Readable, such as `purple-dogfish`; not unique. */
  readonly name: string;
  /** The run's record as it is now. */
  status(): RunStatus;
  /** The run's record at its end, however it ends. Never rejects. */
  wait(): Promise<RunStatus>;
  /** What the work gave. @throws `RunFailedError` when the run did not complete. */
  result(): Promise<T>;
  /**
   * Aborts the signal of whatever is running, and waits as `wait()` does. The run is `cancelled` when the work has stopped, or
   * has not in its grace time; it is `completed` when the work was done all the same.
   */
  cancel(reason?: string): Promise<RunStatus>;
}

/** How a run of your own functions is followed, kept and stopped. */
export interface RunOptions {
  /** Sends the run, its task runs, progress, logs and errors to a server. Never changes an outcome. @default none */
  report?: RunReporter | undefined;
  /** Where the run is kept, so that `resume` can go on with it. @default none */
  store?: RunStore | undefined;
  /** Print the log lines to stderr. @default what the pipeline, flow or task was made with, or false */
  verbose?: boolean | undefined;
  /** Receives the log lines, without time and level. What it throws is dropped. @default none */
  logger?: Logger | undefined;
  /** Cancels the run when it is aborted. */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds that work has to stop, after it was told to by its signal. Then it is left to itself, and what it still does
   * counts for nothing. @default 5000
   */
  grace?: number | undefined;
}

/** How one call of a task or a flow differs from others. Inside a flow, only `after` has a meaning for a task. */
export interface CallOptions extends RunOptions {
  /**
   * What this call comes after, in addition to what its arguments show: results of other calls, their promises, or their keys,
   * such as `'clean-0'`.
   */
  after?: readonly unknown[] | undefined;
}

/** Options of `resume`. */
export interface ResumeOptions extends RunOptions {
  /** @default that of the run, when this process ran it */
  store?: RunStore | undefined;
}
