import type { RunStatus } from '../types/run-status.js';

const final = new Set(['completed', 'failed', 'cancelled', 'crashed']);

/** Whether a run is at its end, well or not. */
export function isFinal({ state }: RunStatus): boolean {
  return final.has(state);
}
