import type { AttemptOptions } from './attempt-options.js';
import type { Logger } from '../../shared/types/client-options.js';
import type { RunReporter, RunStore } from '../../shared/runs/run-observer.js';
import type { RunEvent } from '../../shared/runs/run-event.js';
import type { RunStatus, TaskRow } from '../../shared/runs/run-status.js';
import type { Rows } from '../../shared/types/rows.js';

/**
 * A run of your pipeline, flow or task in this process. The run continues whether or not you wait for it. Its failure causes no unhandled
 * rejection if you never call `result()`. The object has no `then` method, so an `async` function can return it without waiting for the
 * run.
 *
 * Iterating over the run yields its past and new events until the run ends. An iteration that starts after the run has ended yields at most
 * the final event. A reader that falls more than 1000 events behind skips the oldest unread events, which leaves a gap in the sequence
 * numbers.
 */
export interface LocalRun<T = unknown> extends AsyncIterable<RunEvent> {
  /** The run's id, a UUID. */
  readonly id: string;
  /** A readable name, such as `purple-dogfish`. It is not unique. */
  readonly name: string;
  /** Returns the run's current status. */
  status(): RunStatus & Rows<TaskRow>;
  /**
   * Waits until the run has ended in any state, and returns its final status. Does not throw if the run failed.
   *
   * @throws `WaitTimeoutError` if `waitTimeout` expires first; the signal's reason if the wait is aborted.
   */
  wait(options?: LocalWaitOptions): Promise<RunStatus & Rows<TaskRow>>;
  /**
   * Waits until the run has ended, and returns its result.
   *
   * @throws `RunFailedError` if the run did not complete; `WaitTimeoutError` if `waitTimeout` expires first; the signal's reason if
   * the wait is aborted.
   */
  result(options?: LocalWaitOptions): Promise<T>;
  /**
   * Aborts the signals of the work in progress, then waits until the run has ended. The run ends as `cancelled` when the work has
   * stopped or the grace period has expired, or as `completed` if the work finishes anyway.
   */
  cancel(reason?: string): Promise<RunStatus & Rows<TaskRow>>;
}

/** Options for waiting for a run of your own functions. A timeout or an abort ends only the wait: the run continues. */
export interface LocalWaitOptions {
  /** Maximum wait time, in milliseconds. @default no limit */
  waitTimeout?: number | undefined;
  /** Aborts the wait, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Options for reporting, storing, logging and stopping a run of your own functions. */
export interface RunOptions {
  /** Sends the run, its task runs, progress, logs and errors to a server. Reporting never changes the run's outcome. @default none */
  report?: RunReporter | undefined;
  /** Stores the run so that it can be resumed. @default none */
  store?: RunStore | undefined;
  /** If true, prints the log lines to stderr. @default the `verbose` option of the pipeline, flow or task */
  verbose?: boolean | undefined;
  /** Receives each log line through the method for the line's level, without the time. Its errors are ignored. @default none */
  logger?: Logger | undefined;
  /** Cancels the run when aborted. */
  signal?: AbortSignal | undefined;
  /**
   * How long the work can continue after its signal is aborted, in milliseconds. After that, the work is abandoned and its result is
   * ignored.
   *
   * @default 5000, or the parent run's grace period
   */
  grace?: number | undefined;
}

/**
 * Options for calls to a task or a flow. The timeout and the retry options override those of the task or flow. If a task is called inside
 * a run, the options of {@link RunOptions} have no effect.
 */
export interface CallOptions extends RunOptions, AttemptOptions {
  /**
   * Dependencies to record for the call, in addition to those found in its arguments. The call does not wait for them. Each item is the
   * promise of an earlier call, the result of that call if the result is an object, or the key of its task run, such as `'clean-0'`.
   */
  after?: readonly unknown[] | undefined;
}

/** Options for `resume`. */
export interface ResumeOptions extends RunOptions {
  /** The store that contains the run. @default the run's store, if this process started the run */
  store?: RunStore | undefined;
}
