import type { KnownRunError } from '../shared/runs/run-status.js';
import { describeError } from '../flow/running/failures.js';
import { findActiveRun } from '../flow/running/run-registry.js';
import { isError } from '../shared/rules/class-of.js';
import type { ReportedRuns } from './reported-runs.js';
import { exitDelayMs } from './exit-delay.js';

/** Maximum time to wait for runs to stop when a signal ends the program, in milliseconds. */
const stopTimeoutMs = 3000;

const signals = ['SIGTERM', 'SIGINT'] as const;

/** The instances with runs to report. They share one listener per event, because Node warns about more than 10 listeners for an event. */
const armedInstances = new Set<ExitReporter>();
/** Whether the program is ending. If so, listeners are no longer added. */
let isProgramEnding = false;

/**
 * When `SIGTERM`, `SIGINT` or an uncaught error ends the program, ends the runs that the program started, and reports their final states to
 * the server. Does not handle `process.exit()`.
 */
export class ExitReporter {
  /** Each callback closes one of the workers that claim runs from the server. */
  readonly closeCallbacks = new Set<() => Promise<void>>();
  readonly #runs: ReportedRuns;
  readonly #flush: (milliseconds: number) => Promise<unknown>;

  /** @param flush Sends pending events. Takes up to `milliseconds`, or longer if the server is slow. */
  constructor(runs: ReportedRuns, flush: (milliseconds: number) => Promise<unknown>) {
    this.#runs = runs;
    this.#flush = flush;
  }

  /**
   * Adds the process listeners if this instance has runs. Otherwise, removes them unless another instance needs them. Must be called
   * whenever runs are added or removed.
   */
  updateListeners(): void {
    if (this.#runs.size === 0) {
      if (armedInstances.delete(this) && armedInstances.size === 0) stopListening();
    } else if (!isProgramEnding) {
      if (armedInstances.size === 0) listen();
      armedInstances.add(this);
    }
  }

  /**
   * Closes the workers, cancels the runs that this program started, and marks those that do not stop within `stopTimeoutMs` as crashed.
   * Then sends the pending events.
   */
  async cancelRuns(reason: string): Promise<void> {
    await Promise.allSettled([...this.closeCallbacks].map((close) => close()));
    const runs = this.#runs.listStartedRuns().flatMap((id) => findActiveRun(id) ?? []);
    const stops = runs.map((run) => {
      void run.cancel(reason);
      return run.wait({ waitTimeout: stopTimeoutMs });
    });
    await Promise.allSettled(stops);
    await this.crashRuns({ code: 'program_ended', message: reason });
  }

  /** Marks the unfinished runs that this program started as crashed, and sends the pending events. */
  async crashRuns(error: KnownRunError): Promise<void> {
    for (const id of this.#runs.listStartedRuns()) findActiveRun(id)?.crash(error);
    await this.#flush(exitDelayMs);
  }
}

function listen(): void {
  process.on('uncaughtExceptionMonitor', onUncaughtException);
  // prepend `onSignal`, so that it has already removed itself when a library counts the listeners to decide whether to end the program
  for (const signal of signals) process.prependListener(signal, onSignal);
}

function stopListening(): void {
  process.off('uncaughtExceptionMonitor', onUncaughtException);
  for (const signal of signals) process.off(signal, onSignal);
}

/** Marks the program as ending, and removes the listeners. @returns The instances that must report their runs. */
function markProgramEnding(): ExitReporter[] {
  isProgramEnding = true;
  stopListening();
  const reporters = [...armedInstances];
  armedInstances.clear();
  return reporters;
}

/**
 * Cancels and reports the runs, then ends the program as the signal would have. A second signal ends the program immediately. If the
 * program has its own listener for the signal, that listener decides how the program ends, and this one only removes itself.
 */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) {
    process.off(signal, onSignal);
    return;
  }
  const reason = `the program was ended by ${signal}`;
  void Promise.allSettled(markProgramEnding().map((reporter) => reporter.cancelRuns(reason))).then(() => {
    process.kill(process.pid, signal);
  });
}

/**
 * Marks the runs as crashed and reports them, then rethrows the error, so that the program ends with the same output as without this
 * listener. Does nothing if the program handles uncaught errors itself.
 */
function onUncaughtException(error: unknown): void {
  if (process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()) return;
  const message = `the program ended with an uncaught error: ${describeError(error)}`;
  const reporters = markProgramEnding();
  // keep the process alive until the reports are sent; later errors are ignored, because the program is already ending
  const ignoreError = (): void => undefined;
  process.on('uncaughtException', ignoreError);
  const reports = reporters.map((reporter) => reporter.crashRuns({ code: 'program_ended', message }));
  void Promise.allSettled(reports).then(() => {
    process.off('uncaughtException', ignoreError);
    // for an unhandled rejection, Node prints the line that threw the error, not the `throw` below; with some Node options, a rejection
    // does not end the process, so throw the error as well
    if (isError(error)) void Promise.reject(error);
    setImmediate(() => {
      throw error;
    });
  });
}
