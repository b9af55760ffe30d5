import type { ModuleContext } from '../module-contract/module.js';
/**
 * Lets a long loop report progress and respond to an abort. Every 50 ms, the loop reports progress and yields to the event loop,
 * so that the report can be sent and an abort signal received.
 *
 * @returns A function to call after each step. If the loop must pause, the function returns a promise to await.
 * @throws The signal's reason if it is aborted.
 *
 * @example
 * ```ts
 * const pace = createPace(context, items.length);
 * for (const [i, item] of items.entries()) {
 *   work(item);
 *   const pause = pace(i + 1);
 *   if (pause) await pause;
 * }
 * ```
 */
export declare function createPace(context: Pick<ModuleContext, 'signal' | 'progress'>, total: number): (current: number) => Promise<void> | undefined;
