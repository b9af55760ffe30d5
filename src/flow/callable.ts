import type { CallOptions } from './types/local-run.js';
import type { Task } from './types/task.js';
import { checkRunOptions } from './check-options.js';
import { definition, type Definition } from './definition.js';
import { openRun } from './running/open-run.js';
import { promised } from './running/promised.js';

/** A function that calls what is defined, and what else there is to it. */
export function callable<Args extends readonly unknown[], Result>(
  of: Definition<Args, Result>,
  options: CallOptions,
  call: (args: Args, options: CallOptions) => Promise<Result>,
): Task<Args, Result> {
  checkRunOptions(options);
  // the promise itself, and not one around it, is known to the flow that it was called in
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
