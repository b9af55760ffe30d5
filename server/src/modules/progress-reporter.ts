import { setImmediate } from 'node:timers/promises';
import type { ModuleContext } from '../module-contract/module.js';

/** The minimum time between pauses, in milliseconds. */
const minIntervalMs = 50;

/**
 * Creates a function that a long loop calls after each step. At most once every 50 ms, the function reports progress and yields to the
 * event loop, so that the report can be sent and an abort can be received.
 *
 * @returns A function that returns a promise if the loop must pause. The loop must then await the promise.
 * @throws The signal's reason if the signal is aborted.
 *
 * @example
 * ```ts
 * const reportProgress = createProgressReporter(context, items.length);
 * for (const [i, item] of items.entries()) {
 *   work(item);
 *   const pause = reportProgress(i + 1);
 *   if (pause) await pause;
 * }
 * ```
 */
export function createProgressReporter(
  context: Pick<ModuleContext, 'signal' | 'progress'>,
  total: number,
): (current: number) => Promise<void> | undefined {
  let pausedAt = performance.now();
  const pause = async (current: number): Promise<void> => {
    context.progress(Math.min(current, total), total);
    await setImmediate();
    context.signal.throwIfAborted();
    pausedAt = performance.now();
  };
  context.signal.throwIfAborted();
  return (current) => (performance.now() - pausedAt < minIntervalMs ? undefined : pause(current));
}
