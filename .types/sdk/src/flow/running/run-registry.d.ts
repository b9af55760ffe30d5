import type { LocalRun } from '../types/local-run.js';
export declare function registerRun(run: LocalRun): void;
export declare function retireRun(run: LocalRun): void;
export declare function isActive(id: string): boolean;
/**
 * Finds a run in this process by its id, among all runs in progress and the last 1000 that ended, including child runs.
 *
 * @returns `undefined` if the id is unknown or the run ended too long ago.
 * @example
 * ```ts
 * const run = getRun(id);
 * const response = run ? { status: 200, body: run.status() } : { status: 404 };
 * ```
 */
export declare function getRun(id: string): LocalRun | undefined;
