import type { RunState } from 'millrace/shared/runs/run-status.js';

export function countRuns(runs: Readonly<Record<RunState, number>>): number {
  return Object.values(runs).reduce((sum, count) => sum + count, 0);
}
