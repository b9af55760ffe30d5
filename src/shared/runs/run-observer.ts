import type { ResumePoint, RunEvent } from './run-event.js';

/**
 * Receives the events from runs of your own functions, for example to send them to a server. An observer cannot change a run's
 * outcome, because its errors are ignored and no run awaits its asynchronous work.
 */
export interface RunObserver {
  /** The id of the worker that executes the runs; `null` if no worker is registered. */
  readonly worker: string | null;
  /** Called for each event of a run, in order. Must return quickly, because the call blocks the run. */
  report(event: RunEvent): void;
  /**
   * Called once per run, including child runs, before its first event. Call `cancel` to cancel the run, at any time and any
   * number of times. Once the run has ended, `cancel` does nothing.
   */
  opened?(runId: string, cancel: (reason?: string) => void): void;
}

/** The key of the method that makes an object usable as `report`. The key is the same in every copy of the package. */
export const observeRuns: unique symbol = Symbol.for('millrace.observeRuns') as never;

/** A value that `report` accepts: a client or a worker. */
export interface RunReporter {
  /** Called once for each run started with this reporter. Child runs share the parent's observer. */
  [observeRuns](): RunObserver;
}

/** Stores runs, so that `resume` can continue one that did not complete. */
export interface RunStore {
  /**
   * Maximum length of the result of a task or of a run, in characters of JSON. If a result is larger, the task or run fails, because the
   * result could not be restored.
   *
   * @default none
   */
  readonly maxResult?: number | undefined;
  /**
   * Stores an event. Called for each event of a run, in order. The returned promise is awaited before the next step begins, so
   * that no step builds on an event that is not stored. If `append` rejects or throws, the run continues and logs a warning.
   */
  append(event: RunEvent): Promise<void> | void;
  /** Returns the stored state of a run; `undefined` if the run is unknown. */
  load(runId: string): Promise<ResumePoint | undefined>;
}
