import { isFinalState } from '../rules/run-state.js';
import type { RunStatus } from '../types/run-status.js';

/** Whether a run is at its end, well or not. */
export function isFinal({ state }: RunStatus): boolean {
  return isFinalState(state);
}
