import { currentContext, runInContext } from './running/context.js';

/**
 * Binds a function to the running step, task or flow. The function's calls to `log`, `progress`, `currentSignal` and tasks belong to that
 * run, even if an event emitter or a timer outside the run calls the function.
 *
 * @throws `Error` if `bindRun` is called outside a run.
 * @example
 * ```ts
 * import { EventEmitter, once } from 'node:events';
 * import { bindRun, flow, log } from 'millrace';
 *
 * const scale = new EventEmitter(); // emits events outside the run
 * const weigh = flow('weigh', async () => {
 *   scale.on('weight', bindRun((kilograms: number) => log(`${kilograms} kg`)));
 *   await once(scale, 'done');
 * });
 * ```
 */
export function bindRun<Args extends unknown[], Result>(fn: (...args: Args) => Result): (...args: Args) => Result {
  const context = currentContext();
  if (!context) throw new Error('Expected bindRun() to be called in a step, task or flow, got a call outside a run');
  return (...args) => runInContext(context, () => fn(...args));
}
