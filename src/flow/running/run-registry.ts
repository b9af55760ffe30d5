import type { LocalRun } from '../types/local-run.js';

/** How many runs that are over can still be looked up. */
const maxEnded = 1000;

/** The runs of this process: all that are going on, and the newest of those that are over. */
const going = new Map<string, LocalRun>();
const ended = new Map<string, LocalRun>();

export function registerRun(run: LocalRun): void {
  ended.delete(run.id);
  going.set(run.id, run);
}

export function retireRun(run: LocalRun): void {
  going.delete(run.id);
  ended.set(run.id, run);
  if (ended.size <= maxEnded) return;
  for (const oldest of ended.keys()) {
    ended.delete(oldest);
    return;
  }
}

export function isGoingOn(id: string): boolean {
  return going.has(id);
}

/**
 * A run of this process by its id, child runs included: every one that is going on, and the last 1000 that are over.
 *
 * @returns `undefined` for an id that is unknown, or that of an older run.
 * @example
 * ```ts
 * const run = getRun(id);
 * const answer = run ? { status: 200, body: run.status() } : { status: 404 };
 * ```
 */
export function getRun(id: string): LocalRun | undefined {
  return going.get(id) ?? ended.get(id);
}
