import type { CallOptions } from './types/local-run.js';
import type { Task } from './types/task.js';
import { checkRunOptions } from './check-options.js';
import { definition, type Definition } from './definition.js';
import { openRun } from './running/open-run.js';

/** Makes the function that users hold for a task or a flow, with its methods. */
export function callable<Args extends readonly unknown[], Result>(
  of: Definition<Args, Result>,
  options: CallOptions,
  call: (args: Args, options: CallOptions) => Promise<Result>,
): Task<Args, Result> {
  checkRunOptions(options);
  // the very promise of the call, not a wrapper: the enclosing flow recognises dependencies by it
  const self = (...args: Args): Promise<Result> => promised(() => call(args, options));
  const { after: _after, ...runOptions } = options;
  Object.defineProperty(self, 'name', { value: of.name });
  return Object.assign(self, {
    version: of.version,
    start: (...args: Args) => openRun(of, args, runOptions),
    with: (more: CallOptions) => callable(of, { ...options, ...more }, call),
    [definition]: of,
  });
}

/** Returns the promise of a call, unwrapped; a rejected one when the call throws. */
export function promised<T>(call: () => Promise<T>): Promise<T> {
  try {
    return call();
  } catch (error) {
    return Promise.resolve().then(() => {
      throw error;
    });
  }
}
