import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { EngineContext } from './engine-context.js';
import type { RunChanges } from './run-changes.js';
import { findRun, findRunState, type RunRecord } from '../store/tables/runs.js';

/** A change that no notification told of is noticed after this long. */
const rereadMs = 15_000;

export interface WaitOptions {
  /** Answer as soon as the run's sequence is larger; absent: as soon as the run is final. */
  readonly since?: number;
  readonly timeoutMs: number;
  /** Any of these ends the wait early. Listened to one by one: `AbortSignal.any` on a long-lived signal leaks on Node 20. */
  readonly signals: readonly AbortSignal[];
}

/**
 * Waits until a run has changed, or is final, or time is up, and gives the record as it is then. Nothing when there is no such
 * run (any more).
 */
export async function waitForRun(
  context: EngineContext,
  changes: RunChanges,
  accountId: string,
  runId: string,
  { since, timeoutMs, signals }: WaitOptions,
): Promise<RunRecord | undefined> {
  const deadline = performance.now() + timeoutMs;
  const bell = new Bell();
  const told = { over: false };
  const aborted = () => signals.some((signal) => signal.aborted);
  // subscribed before the first look, so that no change falls between
  const unwatch = changes.watch(runId, (change) => {
    told.over ||= change !== 'reconnected' && (change.state === 'gone' || isFinalState(change.state));
    if (change === 'reconnected' || since !== undefined || told.over) bell.ring();
  });
  for (const signal of signals) signal.addEventListener('abort', bell.ring, { once: true });
  try {
    while (!told.over && !aborted()) {
      const run = await findRunState(context.db, accountId, runId, context.clock.now());
      const left = deadline - performance.now();
      if (!run || isFinalState(run.state) || (since !== undefined && run.sequence > since) || left <= 0) break;
      await bell.wait(Math.min(left, rereadMs));
    }
    return await findRun(context.db, accountId, runId, context.clock.now());
  } finally {
    unwatch();
    for (const signal of signals) signal.removeEventListener('abort', bell.ring);
  }
}

/** Remembers a ring that nobody waited for yet. */
class Bell {
  #rung = false;
  #response: (() => void) | undefined;

  readonly ring = (): void => {
    this.#rung = true;
    this.#response?.();
  };

  async wait(ms: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#response = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#response = undefined;
    this.#rung = false;
  }
}
