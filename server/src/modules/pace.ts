import { setImmediate } from 'node:timers/promises';
import type { ModuleContext } from '../module-contract/module.js';

/** Milliseconds of work between two pauses. */
const intervalMs = 50;

/**
 * Makes a long loop report its progress and react to an abort: every 50 ms it reports and yields to the event loop, so that
 * the report is sent and an abort is received.
 *
 * @returns A function to call after each step. It returns a promise when the loop must pause.
 * @throws the signal's reason when aborted.
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
  return (current) => (performance.now() - last < intervalMs ? undefined : pause(current));
}
