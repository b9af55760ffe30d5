import type { RunState } from 'millrace/shared/runs/run-status.js';

/** Returns the total number of runs in all states. */
export function countRuns(runs: Readonly<Record<RunState, number>>): number {
  return Object.values(runs).reduce((sum, count) => sum + count, 0);
}
