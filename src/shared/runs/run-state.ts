import type { RunState, TaskStatus } from './run-status.js';

const final: ReadonlySet<TaskStatus['state']> = new Set(['completed', 'failed', 'cancelled', 'crashed', 'skipped']);

/** Whether a run or a task run is at its end, well or not. */
export function isFinalState(state: TaskStatus['state']): boolean {
  return final.has(state);
}

/** The hosted protocol's view of a state. */
export function overallStatus(state: RunState): 'ongoing' | 'complete' | 'failed' {
  if (state === 'completed') return 'complete';
  return isFinalState(state) ? 'failed' : 'ongoing';
}
