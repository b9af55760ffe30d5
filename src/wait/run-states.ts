import { isFinalState } from '../shared/runs/run-state.js';
import type { RunStatus } from '../shared/runs/run-status.js';

/** Whether a run is at its end, well or not. */
export function isFinal({ state }: RunStatus): boolean {
  return isFinalState(state);
}
