import { setImmediate } from 'node:timers/promises';
import type { ModuleContext } from '../module-contract/module.js';

/** Milliseconds of work between two pauses. */
const interval = 50;

/**
 * Lets a long loop be watched and stopped: now and then it reports how far it is and gives the event loop a turn, so that
 * the report goes out and an abort comes in.
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
export function createPace(
  context: Pick<ModuleContext, 'signal' | 'progress'>,
  total: number,
): (current: number) => Promise<void> | undefined {
  let last = performance.now();
  const pause = async (current: number): Promise<void> => {
    context.progress(Math.min(current, total), total);
    await setImmediate();
    context.signal.throwIfAborted();
    last = performance.now();
  };
  context.signal.throwIfAborted();
  return (current) => (performance.now() - last < interval ? undefined : pause(current));
}
