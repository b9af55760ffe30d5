import type { SchemaInput, SchemaOutput, StandardSchema } from './types/standard-schema.js';
import type { AttemptOptions } from './types/attempt-options.js';
import type { Flow, FlowOptions, NoInferArgs } from './types/task.js';
import { createCallable } from './callable.js';
import { checkFlowOptions, checkName, checkWork } from './check-options.js';
import { createDigestFunction, toRecordedInput, restoreArguments, type Definition } from './definition.js';
import { findEnclosingContext } from './running/context.js';
import { performFlowWithRetries } from './running/perform-flow.js';
import { startChildTask } from './running/open-child.js';
import { openRun } from './running/open-run.js';
import { validateInput } from './validate-input.js';

/**
 * Creates a flow: a function that calls tasks and other flows in any order. Each run's record lists these calls.
 *
 * @param name The name shown in run records and logs.
 * @throws `ValidationError` if the name, the function or an option is invalid.
 * @example
 * ```ts
 * const report = flow('report', async (city: string) => {
 *   const [weather, news] = await Promise.all([fetchWeather(city), fetchNews(city)]);
 *   return write(weather, news);
 * });
 * const text = await report('Vigo');
 * ```
 */
export function flow<Schema extends StandardSchema, Result>(
  name: string,
  work: (input: SchemaOutput<Schema>) => Result,
  options: FlowOptions<[input: SchemaInput<Schema>]> & { input: Schema },
): Flow<[input: SchemaInput<Schema>], Awaited<Result>>;
export function flow<Args extends readonly unknown[], Result>(
  name: string,
  work: (...args: Args) => Result,
  options?: FlowOptions<NoInferArgs<Args>> & { input?: undefined },
): Flow<Args, Awaited<Result>>;
export function flow(
  name: string,
  work: (...args: unknown[]) => unknown,
  options: FlowOptions<unknown[]> = {},
): Flow<unknown[]> {
  checkName(name, 'flow');
  checkWork(work, `flow '${name}'`);
  checkFlowOptions(options);
  const { input, version = null, verbose = false, key, retries, retryDelay, retryIf, timeout } = options;
  const defaults: AttemptOptions = { retries, retryDelay, retryIf, timeout };
  const perform = async (args: readonly unknown[]): Promise<unknown> => {
    if (!input) return work(...args);
    const [value, ...others] = args;
    return work(await validateInput(input, value, name), ...others);
  };
  const childDefinition: Definition<unknown[]> = {
    kind: 'flow',
    name,
    version,
    isVerbose: verbose,
    toRecordedInput,
    restoreArguments: (recorded) => [...restoreArguments(recorded)],
    digest: createDigestFunction(name, key),
    perform: (_run, args) => perform(args),
  };
  // without a parent run, all attempts share one run; otherwise, each attempt is a separate child run
  const define = (attemptOptions: AttemptOptions): Definition<unknown[]> => ({
    ...childDefinition,
    perform: (run, args) => performFlowWithRetries(run, { ...defaults, ...attemptOptions }, () => perform(args)),
  });
  return createCallable(define, {}, (args, { def, attemptOptions, after, runOptions }) => {
    const context = findEnclosingContext();
    if (!context) return openRun(def, args, runOptions).result();
    const dependencies = context.run.dependencies.findForCall(args, after);
    return startChildTask(context, childDefinition, args, runOptions, dependencies, { ...defaults, ...attemptOptions });
  });
}
