import type { ResumePoint, RunEvent } from './run-event.js';

/**
 * Receives the events of runs of your own functions, for example to send them to a server. It cannot change an outcome, because
 * errors that it throws are ignored and no run waits for it.
 */
export interface RunObserver {
  /** The id of the worker that executes the runs; `null` if no worker is registered. */
  readonly worker: string | null;
  /** Called for each event of a run, in order. It must return quickly, because the run does not continue until it returns. */
  report(event: RunEvent): void;
  /**
   * Called once per run, including child runs, before its first event. Call `cancel` to cancel the run, at any time and any
   * number of times. Once the run has ended, it does nothing.
   */
  opened?(runId: string, cancel: (reason?: string) => void): void;
}

/** The name of the method that makes an object usable as `report`, the same in every copy of the package. */
export const observeRuns: unique symbol = Symbol.for('millrace.observeRuns') as never;

/** What `report` accepts: a client, or a worker. */
export interface RunReporter {
  /** Called once for each run started with it. Child runs share the observer. */
  [observeRuns](): RunObserver;
}

/** Stores runs, so that `resume` can continue one that did not complete. */
export interface RunStore {
  /**
   * Stores an event. Called for each event of a run, in order. The returned promise is awaited before the next step begins, so that
   * no step builds on an event that is not stored. If it rejects or throws, the run continues and logs a warning.
   */
  append(event: RunEvent): Promise<void> | void;
  /** Returns the stored state of a run; `undefined` if the run is unknown. */
  load(runId: string): Promise<ResumePoint | undefined>;
}
