import type { RunState } from 'millrace/shared/runs/run-status.js';

/** Returns the number of runs in all states together. */
export function countRuns(runs: Readonly<Record<RunState, number>>): number {
  return Object.values(runs).reduce((sum, count) => sum + count, 0);
}
