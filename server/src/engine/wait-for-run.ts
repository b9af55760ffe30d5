import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { EngineContext } from './engine-context.js';
import { InterruptibleSleep } from './interruptible-sleep.js';
import type { RunChanges } from './run-changes.js';
import type { Access } from '../store/tables/access.js';
import { findRun, findRunState, type RunRecord } from '../store/tables/runs.js';

/** How often the run is polled in case a notification was lost, in milliseconds. */
const pollMs = 15_000;

interface WaitOptions {
  /** Wait until the run's sequence exceeds this number. If omitted, wait until the run ends. */
  readonly since?: number;
  readonly timeoutMs: number;
  /**
   * Any of these signals ends the wait. On Node 20, `AbortSignal.any` leaks memory with long-lived signals, so it is not used.
   */
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
  access: Access,
  runId: string,
  options: WaitOptions,
): Promise<RunRecord | undefined> {
  await waitForChange(context, changes, access, runId, options);
  return findRun(context.db, access, runId, context.clock.now());
}

/** Waits like {@link waitForRun}, without reading the record. */
export async function waitForChange(
  context: EngineContext,
  changes: RunChanges,
  access: Access,
  runId: string,
  { since, timeoutMs, signals }: WaitOptions,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  const sleep = new InterruptibleSleep();
  const seen = { end: false };
  const aborted = () => signals.some((signal) => signal.aborted);
  // subscribe before the first read, so that no change is missed
  const unwatch = changes.watch(runId, (change) => {
    seen.end ||= change !== 'reconnected' && (change.state === 'gone' || isFinalState(change.state));
    if (change === 'reconnected' || since !== undefined || seen.end) sleep.interrupt();
  });
  for (const signal of signals) signal.addEventListener('abort', sleep.interrupt, { once: true });
  try {
    while (!seen.end && !aborted()) {
      const run = await findRunState(context.db, access, runId, context.clock.now());
      const left = deadline - performance.now();
      if (!run || isFinalState(run.state) || (since !== undefined && run.sequence > since) || left <= 0) break;
      await sleep.start(Math.min(left, pollMs));
    }
  } finally {
    unwatch();
    for (const signal of signals) signal.removeEventListener('abort', sleep.interrupt);
  }
}
