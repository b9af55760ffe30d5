import type { KnownRunError } from '../shared/runs/run-status.js';
import { describeError } from '../flow/running/failures.js';
import { findActive } from '../flow/running/run-registry.js';
import { isError } from '../shared/rules/class-of.js';
import type { FollowedRuns } from './followed-runs.js';
import { holdMs } from './hold-at-exit.js';

/** How long runs may take to stop when a signal ends the program, in milliseconds. */
const stopMs = 3000;

const signals = ['SIGTERM', 'SIGINT'] as const;

/** Instances with runs in progress. They share one set of listeners, because a process may have many clients. */
const armed = new Set<LastWords>();
/** Whether the program is ending. Listeners are then no longer added. */
let isEnding = false;

/**
 * Tells the server how the runs in progress ended if a signal or an uncaught error ends the program. Does not detect `process.exit()`.
 */
export class LastWords {
  /** Functions that close the workers that claim runs from the server. */
  readonly workers = new Set<() => Promise<void>>();
  readonly #runs: FollowedRuns;
  readonly #flush: (milliseconds: number) => Promise<unknown>;

  /** @param flush Sends pending events, for at most the given number of milliseconds. */
  constructor(runs: FollowedRuns, flush: (milliseconds: number) => Promise<unknown>) {
    this.#runs = runs;
    this.#flush = flush;
  }

  /**
   * Adds or removes the listeners of the process, which exist only while there are runs. Must be called when a run begins or has ended.
   */
  update(): void {
    if (this.#runs.size === 0) {
      if (armed.delete(this) && armed.size === 0) stopListening();
    } else if (!isEnding) {
      if (armed.size === 0) listen();
      armed.add(this);
    }
  }

  /** Closes the workers, cancels the other runs, and reports how they ended. */
  async cancelRuns(reason: string): Promise<void> {
    await Promise.allSettled([...this.workers].map((close) => close()));
    const runs = this.#runs.own().flatMap((id) => findActive(id) ?? []);
    const stops = runs.map((run) => {
      void run.cancel(reason);
      return run.wait({ waitTimeout: stopMs });
    });
    await Promise.allSettled(stops);
    await this.crashRuns({ code: 'program_ended', message: reason });
  }

  /** Reports the runs as crashed. */
  async crashRuns(error: KnownRunError): Promise<void> {
    for (const id of this.#runs.own()) findActive(id)?.crash(error);
    await this.#flush(holdMs);
  }
}

function listen(): void {
  process.on('uncaughtExceptionMonitor', onException);
  // this listener must run first and remove itself, so that libraries that count the listeners do not see it
  for (const signal of signals) process.prependListener(signal, onSignal);
}

function stopListening(): void {
  process.off('uncaughtExceptionMonitor', onException);
  for (const signal of signals) process.off(signal, onSignal);
}

function end(): LastWords[] {
  isEnding = true;
  stopListening();
  const all = [...armed];
  armed.clear();
  return all;
}

/**
 * Ends the program as the signal would have. If the program has its own listener, that listener decides instead. A second signal ends the
 * program at once.
 */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) {
    process.off(signal, onSignal);
    return;
  }
  const reason = `the program was ended by ${signal}`;
  void Promise.allSettled(end().map((one) => one.cancelRuns(reason))).then(() => {
    process.kill(process.pid, signal);
  });
}

/** Ends the program as the error would have, with the same output, unless the program handles it. */
function onException(error: unknown): void {
  if (process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()) return;
  const message = `the program ended with an uncaught error: ${describeError(error)}`;
  const all = end();
  // this also ignores later errors, because the program would have ended before them
  const hold = (): void => undefined;
  process.on('uncaughtException', hold);
  const said = all.map((one) => one.crashRuns({ code: 'program_ended', message }));
  void Promise.allSettled(said).then(() => {
    process.off('uncaughtException', hold);
    // for a rejection, Node prints the line that threw the error, but some options of Node keep the program running
    if (isError(error)) void Promise.reject(error);
    setImmediate(() => {
      throw error;
    });
  });
}
