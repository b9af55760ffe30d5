import type { ResumePoint, RunEvent } from './run-event.js';

/**
 * Receives the events of runs of your own functions, for example to send them to a server. Errors that an observer throws are ignored,
 * and runs do not wait for its asynchronous work.
 */
export interface RunObserver {
  /** The id of the worker that executes the runs; `null` if no worker is registered. */
  readonly worker: string | null;
  /** Called for each event of a run, in order. Must return quickly, because the call blocks the run. */
  report(event: RunEvent): void;
  /**
   * Called before `report` for each run that starts or is resumed, including child runs. Call `cancel` to cancel the run. Calls after
   * the run has ended have no effect.
   */
  opened?(runId: string, cancel: (reason?: string) => void): void;
}

/** The key of the method that a value for the `report` option must have. Every copy of the package uses the same key. */
export const observeRuns: unique symbol = Symbol.for('millrace.observeRuns') as never;

/** A value for the `report` option: a client or a worker. */
export interface RunReporter {
  /** Called once for each run that is started or resumed with this reporter. Child runs share the parent's observer. */
  [observeRuns](): RunObserver;
}

/** Stores runs, so that `resume` can continue a run that did not complete. */
export interface RunStore {
  /**
   * Maximum length of the result of a task or a run, in characters of JSON. If the result is longer, the task or run fails, because the
   * result could not be restored.
   *
   * @default no limit
   */
  readonly maxResult?: number | undefined;
  /**
   * Stores an event. Called for each event of a run, in order. The next step begins only after the returned promise has settled or
   * the wait has timed out, so that a step normally depends only on stored events. If `append` rejects or throws, the run continues.
   * The first failure is logged as a warning.
   */
  append(event: RunEvent): Promise<void> | void;
  /** Returns the stored state of a run; `undefined` if the run is unknown. */
  load(runId: string): Promise<ResumePoint | undefined>;
}
