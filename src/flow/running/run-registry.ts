import type { LocalRun } from '../types/local-run.js';
import type { LocalRunHandle } from './local-run-handle.js';

/** Maximum number of ended runs to keep. */
const maxEndedRuns = 1000;

/** The runs in progress in this process. */
const activeRunsById = new Map<string, LocalRunHandle<unknown>>();
/** The runs that ended most recently, in the order in which they ended. */
const endedRunsById = new Map<string, LocalRun>();

export function registerRun(run: LocalRunHandle<unknown>): void {
  endedRunsById.delete(run.id);
  activeRunsById.set(run.id, run);
}

/** Moves a run to the ended runs, and removes the run that ended first if there are more than `maxEndedRuns`. */
export function moveToEndedRuns(run: LocalRun): void {
  activeRunsById.delete(run.id);
  endedRunsById.set(run.id, run);
  if (endedRunsById.size <= maxEndedRuns) return;
  for (const oldestId of endedRunsById.keys()) {
    endedRunsById.delete(oldestId);
    return;
  }
}

export function findActiveRun(id: string): LocalRunHandle<unknown> | undefined {
  return activeRunsById.get(id);
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
  return activeRunsById.get(id) ?? endedRunsById.get(id);
}
