import type { ClaimedRun } from 'millrace/shared/runs/run-event.js';
import type { Access } from '../../store/tables/access.js';
import type { EngineContext } from '../engine-context.js';
import { InterruptibleSleep } from '../interruptible-sleep.js';
import { claimRuns, type Claim } from './claim-runs.js';
import type { NameTurns } from './name-turns.js';
import type { WaitingRuns } from './waiting-runs.js';

/** How long a request waits before it looks again, for runs whose time has come and for lost notifications, in milliseconds. */
const pollMs = 1000;

/** What the requests of workers share. */
export interface WorkToHandOut {
  readonly waiting: WaitingRuns;
  readonly turns: NameTurns;
}

/**
 * Takes runs for a worker. If no run waits, waits for one until the timeout has elapsed.
 *
 * @returns The runs, which may be none; `undefined` if the worker does not exist.
 */
export async function waitForClaim(
  context: EngineContext,
  { waiting, turns }: WorkToHandOut,
  access: Access,
  claim: Claim,
  { timeoutMs, signals }: { readonly timeoutMs: number; readonly signals: readonly AbortSignal[] },
): Promise<ClaimedRun[] | undefined> {
  const deadline = performance.now() + timeoutMs;
  const sleep = new InterruptibleSleep();
  const isAborted = (): boolean => signals.some((signal) => signal.aborted);
  // subscribe before the first look, so that no run is missed
  const unwatch = waiting.watch(
    access.account,
    claim.serves.map(({ name }) => name),
    sleep.interrupt,
  );
  for (const signal of signals) signal.addEventListener('abort', sleep.interrupt, { once: true });
  try {
    // runs that are taken for a client that has left would wait for the end of their lease
    while (!isAborted()) {
      const runs = await claimRuns(context, turns, access, claim);
      const left = deadline - performance.now();
      if (!runs || runs.length > 0 || left <= 0) return runs;
      await sleep.start(Math.min(left, pollMs));
    }
    return [];
  } finally {
    unwatch();
    for (const signal of signals) signal.removeEventListener('abort', sleep.interrupt);
  }
}
