import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { EngineContext } from './engine-context.js';
import type { RunChanges } from './run-changes.js';
import { findRun, findRunState, type RunRecord } from '../store/tables/runs.js';

/** How often the run is polled in case a notification was lost, in milliseconds. */
const pollMs = 15_000;

interface WaitOptions {
  /** Wait until the run's sequence exceeds this number. If omitted, wait until the run ends. */
  readonly since?: number;
  readonly timeoutMs: number;
  /** Aborting any of them ends the wait. `AbortSignal.any` is not used because it leaks memory with long-lived signals on Node 20. */
  readonly signals: readonly AbortSignal[];
}

/**
 * Waits until a run has changed or ended, or the timeout has elapsed.
 *
 * @returns The run's current record, or `undefined` if the run does not exist.
 */
export async function waitForRun(
  context: EngineContext,
  changes: RunChanges,
  accountId: string,
  runId: string,
  { since, timeoutMs, signals }: WaitOptions,
): Promise<RunRecord | undefined> {
  const deadline = performance.now() + timeoutMs;
  const wakeUp = new WakeUp();
  const seen = { end: false };
  const aborted = () => signals.some((signal) => signal.aborted);
  // subscribe before the first read, so that no change is missed
  const unwatch = changes.watch(runId, (change) => {
    seen.end ||= change !== 'reconnected' && (change.state === 'gone' || isFinalState(change.state));
    if (change === 'reconnected' || since !== undefined || seen.end) wakeUp.now();
  });
  for (const signal of signals) signal.addEventListener('abort', wakeUp.now, { once: true });
  try {
    while (!seen.end && !aborted()) {
      const run = await findRunState(context.db, accountId, runId, context.clock.now());
      const left = deadline - performance.now();
      if (!run || isFinalState(run.state) || (since !== undefined && run.sequence > since) || left <= 0) break;
      await wakeUp.wait(Math.min(left, pollMs));
    }
    return await findRun(context.db, accountId, runId, context.clock.now());
  } finally {
    unwatch();
    for (const signal of signals) signal.removeEventListener('abort', wakeUp.now);
  }
}

/** A wait that can be interrupted. Calling `now` between two waits interrupts the next wait. */
class WakeUp {
  #pending = false;
  #interrupt: (() => void) | undefined;

  readonly now = (): void => {
    this.#pending = true;
    this.#interrupt?.();
  };

  async wait(ms: number): Promise<void> {
    if (!this.#pending) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#interrupt = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#interrupt = undefined;
    this.#pending = false;
  }
}
