import type { ResumePoint, RunEvent } from './run-event.js';

/**
 * What follows runs of your own functions from outside, such as the queue that reports them to a server. It is the run's
 * guest: nothing that it does changes an outcome. What it throws is dropped, and it is never waited for.
 */
export interface RunObserver {
  /** The id of the worker that executes what is observed; `null` when none is registered. */
  readonly worker: string | null;
  /** Called for each report, in a run's order. Must neither throw nor take long: the run is standing still meanwhile. */
  report(report: RunEvent): void;
  /**
   * Called once a run, child runs included, before its first report: whoever is told elsewhere that the run is to stop calls
   * `cancel`. It may be called at any time, any number of times; after the run's end it does nothing.
   */
  opened?(runId: string, cancel: (reason?: string) => void): void;
}

/** The method by which anything says that it can observe runs: what `report` takes. The same in every copy of the package. */
export const observeRuns: unique symbol = Symbol.for('millrace.observeRuns') as never;

/** What can be given as `report`: a client, or a worker of one. */
export interface RunReporter {
  /** Called once for each run that is started with it; its child runs share the observer. */
  [observeRuns](): RunObserver;
}

/** Where runs are kept, so that `resume` can go on with one that did not complete. */
export interface RunStore {
  /**
   * Keeps a report. Called in a run's order. What it returns is awaited before the next step begins, so that a finished step
   * is known before anything builds on it; when it rejects or throws, the run goes on and says so in its log.
   */
  append(report: RunEvent): Promise<void> | void;
  /** What is known of a run; `undefined` when nothing is. */
  load(runId: string): Promise<ResumePoint | undefined>;
}
