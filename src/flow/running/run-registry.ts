import type { LocalRun } from '../types/local-run.js';
import type { ActiveHandle } from './active-handle.js';

/** Maximum number of ended runs to keep. */
const maxEndedRuns = 1000;

/** The runs in progress in this process. */
const activeRuns = new Map<string, ActiveHandle<unknown>>();
/** The runs that ended most recently, in the order in which they ended. */
const endedRuns = new Map<string, LocalRun>();

export function registerRun(run: ActiveHandle<unknown>): void {
  endedRuns.delete(run.id);
  activeRuns.set(run.id, run);
}

/** Moves a run to the ended runs, and removes the run that ended first if there are more than `maxEndedRuns`. */
export function retireRun(run: LocalRun): void {
  activeRuns.delete(run.id);
  endedRuns.set(run.id, run);
  if (endedRuns.size <= maxEndedRuns) return;
  for (const oldest of endedRuns.keys()) {
    endedRuns.delete(oldest);
    return;
  }
}

export function findActiveRun(id: string): ActiveHandle<unknown> | undefined {
  return activeRuns.get(id);
}

/**
 * Finds a run in this process by its id. Searches the runs in progress and the 1000 most recently ended runs, including child runs.
 *
 * @returns The run, or `undefined` if it was not found.
 * @example
 * ```ts
 * const run = getRun(id);
 * const response = run ? { status: 200, body: run.status() } : { status: 404 };
 * ```
 */
export function getRun(id: string): LocalRun | undefined {
  return activeRuns.get(id) ?? endedRuns.get(id);
}
