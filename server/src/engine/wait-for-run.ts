import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { EngineContext } from './engine-context.js';
import type { RunChanges } from './run-changes.js';
import { findRun, findRunState, type RunRecord } from '../store/tables/runs.js';

/** How often the run is read again, in case a notification was lost. */
const pollMs = 15_000;

interface WaitOptions {
  /** Waits until the run's sequence is larger. @default waits until the run is final */
  readonly since?: number;
  readonly timeoutMs: number;
  /** Each of these ends the wait early. `AbortSignal.any` is not used, because it leaks memory on Node 20 with long-lived signals. */
  readonly signals: readonly AbortSignal[];
}

/**
 * Waits until a run has changed or is final, or the timeout has passed.
 *
 * @returns The run's current record, or `undefined` when the run does not exist.
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

/** Interrupts a wait. A call between two waits interrupts the next one. */
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
