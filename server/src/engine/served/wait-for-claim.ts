import type { ClaimedRun } from 'millrace/shared/runs/run-event.js';
import type { Access } from '../../store/tables/access.js';
import type { EngineContext } from '../engine-context.js';
import { waitUntil, type WaitLimits } from '../wait-until.js';
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
 * Takes runs for a worker. If no run waits, waits for one until the timeout has elapsed, or the worker's process is lost.
 *
 * @returns The runs, which may be none; `undefined` if the worker does not exist.
 */
export async function waitForClaim(
  context: EngineContext,
  { waiting, turns }: WorkToHandOut,
  access: Access,
  claim: Claim,
  limits: WaitLimits,
): Promise<ClaimedRun[] | undefined> {
  const names = claim.serves.map(({ name }) => name);
  let runs: ClaimedRun[] | undefined = [];
  const wait = {
    watch: (wake: () => void) => waiting.watch(access.account, names, wake),
    // not once the client has left: runs that are taken for it would wait for the end of their lease
    look: async () => {
      runs = await claimRuns(context, turns, access, claim);
      return !runs || runs.length > 0;
    },
    pollMs,
  };
  // a paused process still has its request open: it must ask again before it is given anything
  const lost = new AbortController();
  const release = waiting.watchLoss(access.account, claim.reporter, () => lost.abort());
  await waitUntil(wait, { ...limits, signals: [...limits.signals, lost.signal] }).finally(release);
  return runs;
}
