import type { RunState } from 'millrace/shared/runs/run-status.js';

export function countRuns(countsByState: Readonly<Record<RunState, number>>): number {
  return Object.values(countsByState).reduce((sum, count) => sum + count, 0);
}
