import type { CallOptions, RunOptions } from './types/local-run.js';
import type { AttemptOptions } from './types/attempt-options.js';
import type { Task } from './types/task.js';
import { checkCallOptions } from './check-options.js';
import { definitionKey, type Definition } from './definition.js';
import { openRun } from './running/open-run.js';
import { definePrintedText } from '../print/short-form.js';

/** Creates a task or a flow: a function with methods. */
export function createCallable<Args extends readonly unknown[], Result>(
  define: (attemptOptions: AttemptOptions) => Definition<Args, Result>,
  options: CallOptions,
  call: (args: Args, resolved: ResolvedCall<Args, Result>) => Promise<Result>,
): Task<Args, Result> {
  checkCallOptions(options);
  const { after = [], retries, retryDelay, retryIf, timeout, ...runOptions } = options;
  const attemptOptions = withoutUndefined({ retries, retryDelay, retryIf, timeout });
  const def = define(attemptOptions);
  // not an `async` function, because the enclosing run finds dependencies by the identity of their promises
  const invoke = (...args: Args): Promise<Result> =>
    promiseTry(() => call(args, { def, attemptOptions, after, runOptions }));
  Object.defineProperty(invoke, 'name', { value: def.name });
  definePrintedText(invoke, ({ name }) => `${def.kind === 'task' ? 'Task' : 'Flow'} '${name}'`);
  return Object.assign(invoke, {
    version: def.version,
    start: (...args: Args) => openRun(def, args, runOptions),
    with: (overrides: CallOptions) => createCallable(define, { ...options, ...overrides }, call),
    [definitionKey]: def,
  });
}

/** A call's definition and options. */
export interface ResolvedCall<Args extends readonly unknown[], Result> {
  /** The definition, with the call's timeout and retry options. */
  readonly def: Definition<Args, Result>;
  readonly attemptOptions: AttemptOptions;
  readonly after: readonly unknown[];
  readonly runOptions: RunOptions;
}

/** Omits options that are `undefined`, so that they do not override the options of the task or flow. */
function withoutUndefined(options: AttemptOptions): AttemptOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Returns the promise that the call returns, or a rejected promise if the call throws synchronously. */
export function promiseTry<T>(call: () => Promise<T>): Promise<T> {
  try {
    return call();
  } catch (error) {
    return Promise.resolve().then(() => {
      throw error;
    });
  }
}
