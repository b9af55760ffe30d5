import type { RunState, RunStatus, TaskStatus } from './run-status.js';

export const runKinds = ['hosted', 'pipeline', 'flow', 'task'] as const satisfies readonly RunStatus['kind'][];

/** The states of a run that has ended. */
export const finalRunStates = ['completed', 'failed', 'cancelled', 'crashed'] as const satisfies readonly RunState[];

export const runStates = ['pending', 'running', 'retrying', ...finalRunStates] as const satisfies readonly RunState[];

const finalTaskStates: ReadonlySet<TaskStatus['state']> = new Set([...finalRunStates, 'skipped']);

/** Returns whether a run or a task run has ended, successfully or not. */
export function isFinalState(state: TaskStatus['state']): boolean {
  return finalTaskStates.has(state);
}

/** Returns whether a run or a task run has failed or crashed. */
export function isFailureState(state: string): boolean {
  return state === 'failed' || state === 'crashed';
}

/** Returns the hosted protocol's term for a state. */
export function getOverallStatus(state: RunState): 'ongoing' | 'complete' | 'failed' {
  if (state === 'completed') return 'complete';
  return isFinalState(state) ? 'failed' : 'ongoing';
}
