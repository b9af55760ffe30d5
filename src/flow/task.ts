import type { AttemptOptions } from './types/attempt-options.js';
import type { NoInferArgs, Task, TaskOptions } from './types/task.js';
import { createCallable } from './callable.js';
import { checkName, checkTaskOptions, checkWork } from './check-options.js';
import { createDigestFunction, toRecordedInput, restoreArguments, type Definition } from './definition.js';
import { findEnclosingContext } from './running/context.js';
import { openRun } from './running/open-run.js';
import { startTask } from './running/perform-task.js';
import type { TaskSpec } from './running/try-once.js';

/**
 * Creates a task: a named function that can be retried, cancelled and watched.
 *
 * @param name The name shown in run records and logs.
 * @param work The function. A parameter with a default needs an explicit type: `(total: number = 100) => …`.
 * @throws `ValidationError` if the name, the function or an option is invalid.
 * @example
 * ```ts
 * const fetchFact = task('fetch-fact', async (url: string) => (await fetch(url, { signal: currentSignal() })).json(), {
 *   retries: 3,
 *   timeout: 10_000,
 * });
 * ```
 */
export function task<Args extends readonly unknown[], Result>(
  name: string,
  work: (...args: Args) => Result,
  options: TaskOptions<NoInferArgs<Args>> = {},
): Task<Args, Awaited<Result>> {
  checkName(name, 'task');
  checkWork(work, `task '${name}'`);
  checkTaskOptions(options);
  type Value = Awaited<Result>;
  const digest = createDigestFunction(name, options.key);
  const createSpec = (args: Args, after: readonly string[], attemptOptions: AttemptOptions): TaskSpec<Value> => ({
    name,
    version: options.version ?? null,
    after,
    options: { ...options, ...attemptOptions },
    digest: () => digest(args),
    work: () => work(...args) as Value | Promise<Value>,
  });
  const define = (attemptOptions: AttemptOptions): Definition<Args, Value> => ({
    kind: 'task',
    name,
    version: options.version ?? null,
    isVerbose: options.verbose ?? false,
    toRecordedInput,
    restoreArguments: (input) => restoreArguments(input) as Args,
    digest,
    perform: (run, args) => startTask(run, createSpec(args, [], attemptOptions)),
  });
  return createCallable(define, {}, (args, { def, attemptOptions, after, runOptions }) => {
    const context = findEnclosingContext();
    if (!context) return openRun(def, args, runOptions).result();
    const { run } = context;
    return startTask(run, createSpec(args, run.dependencies.findForCall(args, after), attemptOptions));
  });
}
