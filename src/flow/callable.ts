import type { CallOptions } from './types/local-run.js';
import type { Task } from './types/task.js';
import { checkRunOptions } from './check-options.js';
import { definition, type Definition } from './definition.js';
import { openRun } from './running/open-run.js';
import { printAs } from '../print/short-form.js';

/** Creates the function that users call to run a task or a flow, and adds its methods. */
export function callable<Args extends readonly unknown[], Result>(
  def: Definition<Args, Result>,
  options: CallOptions,
  call: (args: Args, options: CallOptions) => Promise<Result>,
): Task<Args, Result> {
  checkRunOptions(options);
  // return the call's own promise, because the enclosing flow identifies dependencies by their promises
  const self = (...args: Args): Promise<Result> => toPromise(() => call(args, options));
  const { after: _after, ...runOptions } = options;
  Object.defineProperty(self, 'name', { value: def.name });
  printAs(self, ({ name }) => `${def.kind === 'task' ? 'Task' : 'Flow'} '${name}'`);
  return Object.assign(self, {
    version: def.version,
    start: (...args: Args) => openRun(def, args, runOptions),
    with: (more: CallOptions) => callable(def, { ...options, ...more }, call),
    [definition]: def,
  });
}

/** Returns the call's own promise, or a rejected promise if the call throws. */
export function toPromise<T>(call: () => Promise<T>): Promise<T> {
  try {
    return call();
  } catch (error) {
    return Promise.resolve().then(() => {
      throw error;
    });
  }
}
