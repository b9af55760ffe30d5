import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { EngineContext } from './engine-context.js';
import type { RunChanges } from './run-changes.js';
import type { Access } from '../store/tables/access.js';
import { findRuns, findRunStates, type RunRecord } from '../store/tables/runs.js';
import { groupReads } from './group-reads.js';
import { waitUntil, type WaitLimits } from './wait-until.js';

/** How often to poll the run in case a notification was lost, in milliseconds. */
const pollIntervalMs = 15_000;

const readRun = groupReads(({ db, clock }, access, ids) => findRuns(db, access, ids, clock.now()));
const readState = groupReads(({ db, clock }, access, ids) => findRunStates(db, access, ids, clock.now()));

interface WaitOptions extends WaitLimits {
  /** Wait until the run ends or its sequence exceeds this number. If omitted, wait until the run ends. */
  readonly since?: number;
}

/**
 * Waits until a run ends or, if `since` is set, its sequence exceeds `since`. Stops when the timeout elapses or a signal is aborted.
 *
 * @returns The run's current record, or `undefined` if the run does not exist or is not visible.
 */
export async function waitForRun(
  context: EngineContext,
  changes: RunChanges,
  access: Access,
  runId: string,
  options: WaitOptions,
): Promise<RunRecord | undefined> {
  await waitForChange(context, changes, access, runId, options);
  return readRun(context, access, runId);
}

/** Like {@link waitForRun}, but does not return the record. */
export async function waitForChange(
  context: EngineContext,
  changes: RunChanges,
  access: Access,
  runId: string,
  { since, ...limits }: WaitOptions,
): Promise<void> {
  let hasEnded = false;
  const wait = {
    watch: (wake: () => void) =>
      changes.watch(runId, (change) => {
        hasEnded ||= change !== 'reconnected' && (change.state === 'gone' || isFinalState(change.state));
        if (change === 'reconnected' || since !== undefined || hasEnded) wake();
      }),
    isDone: async () => {
      if (hasEnded) return true;
      const run = await readState(context, access, runId);
      return !run || isFinalState(run.state) || (since !== undefined && run.sequence > since);
    },
    pollIntervalMs,
  };
  await waitUntil(wait, limits);
}
