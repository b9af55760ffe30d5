import { currentContext, runInContext } from './running/context.js';

/**
 * Binds a function to the running step, task or flow. Calls that the function makes to `log`, `progress`, `currentSignal` and tasks
 * belong to that run, even if the function's caller is outside the run, such as an event emitter or a timer that was started earlier.
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
