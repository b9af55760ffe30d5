import type { Task, TaskOptions } from './types/task.js';
/**
 * Creates a task: a named function that can be retried, stopped and watched.
 *
 * @param name The name shown in run records and logs.
 * @param work The function. A parameter with a default needs an explicit type: `(total: number = 100) => …`.
 * @throws `ValidationError`
 * @example
 * ```ts
 * const fetchFact = task('fetch-fact', async (url: string) => (await fetch(url, { signal: currentSignal() })).json(), {
 *   retries: 3,
 *   timeout: 10_000,
 * });
 * ```
 */
export declare function task<Args extends readonly unknown[], Result>(name: string, work: (...args: Args) => Result, options?: TaskOptions): Task<Args, Awaited<Result>>;
