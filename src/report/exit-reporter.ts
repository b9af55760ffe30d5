import type { KnownRunError } from '../shared/runs/run-status.js';
import { describeError } from '../flow/running/failures.js';
import { findActiveRun } from '../flow/running/run-registry.js';
import { isError } from '../shared/rules/class-of.js';
import type { FollowedRuns } from './followed-runs.js';
import { exitDelayMs } from './exit-delay.js';

/** Maximum time to wait for runs to stop when a signal ends the program, in milliseconds. */
const stopTimeoutMs = 3000;

const signals = ['SIGTERM', 'SIGINT'] as const;

/** Instances with runs to report. They share one set of listeners, because a process may have many clients. */
const armedInstances = new Set<ExitReporter>();
/** Whether the program is ending. If so, listeners are no longer added. */
let isProgramEnding = false;

/**
 * Ends the runs that the program started, and reports their states to the server, when a signal or an uncaught error ends the program.
 * Does not detect `process.exit()`.
 */
export class ExitReporter {
  /** Callbacks that close the workers that claim runs from the server. */
  readonly closeCallbacks = new Set<() => Promise<void>>();
  readonly #runs: FollowedRuns;
  readonly #flush: (milliseconds: number) => Promise<unknown>;

  /** @param flush Sends pending events for up to the given number of milliseconds, or longer if the server is slow. */
  constructor(runs: FollowedRuns, flush: (milliseconds: number) => Promise<unknown>) {
    this.#runs = runs;
    this.#flush = flush;
  }

  /**
   * Adds the process listeners if this instance has runs. Otherwise, removes them unless another instance needs them. Must be called when
   * runs are added or removed.
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
  // this listener must run first, so that it can remove itself before libraries count the listeners
  for (const signal of signals) process.prependListener(signal, onSignal);
}

function stopListening(): void {
  process.off('uncaughtExceptionMonitor', onUncaughtException);
  for (const signal of signals) process.off(signal, onSignal);
}

/** Marks the program as ending. @returns The instances that must report their runs. */
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
 * Marks the runs as crashed and reports them, then throws the error again, so that the program ends as it would have, with the same output.
 * Does nothing if the program handles uncaught errors itself.
 */
function onUncaughtException(error: unknown): void {
  if (process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()) return;
  const message = `the program ended with an uncaught error: ${describeError(error)}`;
  const reporters = markProgramEnding();
  // keeps the error from ending the process before the reports are sent; ignores later errors, because the process stays alive only
  // for the reports
  const ignoreError = (): void => undefined;
  process.on('uncaughtException', ignoreError);
  const reports = reporters.map((reporter) => reporter.crashRuns({ code: 'program_ended', message }));
  void Promise.allSettled(reports).then(() => {
    process.off('uncaughtException', ignoreError);
    // Node prints the line that threw the error only for a rejection, but some of its options keep a rejection from ending the process,
    // so throw the error as well
    if (isError(error)) void Promise.reject(error);
    setImmediate(() => {
      throw error;
    });
  });
}
