import type { CallOptions, RunOptions } from './types/local-run.js';
import type { AttemptOptions } from './types/attempt-options.js';
import type { Task } from './types/task.js';
import { checkCallOptions } from './check-options.js';
import { definition, type Definition } from './definition.js';
import { openRun } from './running/open-run.js';
import { printAs } from '../print/short-form.js';

/** Creates the function that users call to run a task or a flow, and adds its methods. */
export function createCallable<Args extends readonly unknown[], Result>(
  define: (attemptOptions: AttemptOptions) => Definition<Args, Result>,
  options: CallOptions,
  call: (args: Args, call: ResolvedCall<Args, Result>) => Promise<Result>,
): Task<Args, Result> {
  checkCallOptions(options);
  const { after = [], retries, retryDelay, retryIf, timeout, ...runOptions } = options;
  const attemptOptions = withoutUndefined({ retries, retryDelay, retryIf, timeout });
  const def = define(attemptOptions);
  // return the call's own promise, because the enclosing flow identifies dependencies by their promises
  const invoke = (...args: Args): Promise<Result> =>
    toPromise(() => call(args, { def, attemptOptions, after, runOptions }));
  Object.defineProperty(invoke, 'name', { value: def.name });
  printAs(invoke, ({ name }) => `${def.kind === 'task' ? 'Task' : 'Flow'} '${name}'`);
  return Object.assign(invoke, {
    version: def.version,
    start: (...args: Args) => openRun(def, args, runOptions),
    with: (more: CallOptions) => createCallable(define, { ...options, ...more }, call),
    [definition]: def,
  });
}

/** The options of one call, grouped by purpose. */
export interface ResolvedCall<Args extends readonly unknown[], Result> {
  /** The definition, with the call's own timeout and retries. */
  readonly def: Definition<Args, Result>;
  readonly attemptOptions: AttemptOptions;
  readonly after: readonly unknown[];
  readonly runOptions: RunOptions;
}

/** Omits options that are `undefined`, so that they do not replace the task's options. */
function withoutUndefined(options: AttemptOptions): AttemptOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
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
