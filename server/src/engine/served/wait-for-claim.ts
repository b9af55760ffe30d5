import type { ClaimedRun } from 'millrace/shared/runs/run-event.js';
import type { Access } from '../../store/tables/access.js';
import type { EngineContext } from '../engine-context.js';
import { waitUntil, type WaitLimits } from '../wait-until.js';
import { claimRuns, type Claim } from './claim-runs.js';
import type { NameTurns } from './name-turns.js';
import type { ClaimNotifier } from './claim-notifier.js';

/** How often to poll, in milliseconds. No notification is sent when a scheduled run becomes due, and notifications can be lost. */
const pollIntervalMs = 1000;

/** State shared by all claim requests. */
export interface ClaimState {
  readonly notifier: ClaimNotifier;
  readonly turns: NameTurns;
}

/**
 * Claims runs for a worker. If no run is available, waits until a run becomes available, the timeout elapses, a signal is aborted or the
 * worker's process is lost.
 *
 * @returns The claimed runs, or `undefined` if the worker does not exist or is not visible.
 */
export async function waitForClaim(
  context: EngineContext,
  { notifier, turns }: ClaimState,
  access: Access,
  claim: Claim,
  limits: WaitLimits,
): Promise<ClaimedRun[] | undefined> {
  const names = claim.serves.map(({ name }) => name);
  let runs: ClaimedRun[] | undefined = [];
  const wait = {
    watch: (wake: () => void) => notifier.watch(access.account, names, wake),
    // `waitUntil` checks the signals before each call, so a disconnected client claims no runs
    isDone: async () => {
      runs = await claimRuns(context, turns, access, claim);
      return !runs || runs.length > 0;
    },
    pollIntervalMs,
  };
  // a lost process may be suspended with its request still open: end the request, so that the process cannot claim runs until it resumes
  const lost = new AbortController();
  const unwatch = notifier.watchLoss(access.account, claim.reporter, () => lost.abort());
  await waitUntil(wait, { ...limits, signals: [...limits.signals, lost.signal] }).finally(unwatch);
  return runs;
}
