import { currentContext, runInContext } from './running/context.js';

/**
 * Binds a function to the step, task or flow in progress: `log`, `progress`, `currentSignal` and the tasks that it calls belong to
 * the run, even if something outside calls the function, such as an event emitter or a timer that was started earlier.
 *
 * @throws `Error` outside a run.
 * @example
 * ```ts
 * import { EventEmitter, once } from 'node:events';
 * import { bindRun, flow, log } from 'millrace';
 *
 * const scale = new EventEmitter(); // emits from elsewhere
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
