import { definitionKey, toRecordedInput, type WithDefinition } from '../flow/definition.js';
import type { LocalPipeline, Merge } from '../flow/types/local-pipeline.js';
import type { Task } from '../flow/types/task.js';
import type { Connection } from '../http/connection.js';
import { callV1 } from '../http/call-v1.js';
import { Issues } from '../options/issues.js';
import { anyValue, integerAtLeast, toBe, type OptionRules } from '../options/option-rules.js';
import { pickRequestOptions, requestRules } from '../options/request-options.js';
import { formatValue } from '../shared/rules/format-value.js';
import { eventLimits } from '../shared/runs/event-limits.js';
import { workLimits } from '../shared/runs/work-limits.js';
import type { Runs } from '../resources/runs.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { isStartable } from './startable.js';
import { StartedRun } from './started-run.js';

/** Options for `client.start()`. */
export interface StartRunOptions extends RequestOptions {
  /** If a run was started with the same key in the last 24 hours, that run is returned instead of a new one. @default none */
  idempotencyKey?: string | undefined;
  /** Delay before a worker can claim the run, in milliseconds, at most 366 days. @default 0 */
  delay?: number | undefined;
  /**
   * Time until the run expires, in milliseconds, at most 366 days. Must be longer than `delay`. If the run is still waiting for a worker
   * when it expires, it is cancelled.
   *
   * @default no limit
   */
  expiresIn?: number | undefined;
  /** 0 to 9. Among runs with the same name, those with a higher priority are claimed first. @default 0 */
  priority?: number | undefined;
  /** Number of lost workers after which the run is marked as `crashed`, at most 100. @default 3 */
  attempts?: number | undefined;
  /** The id of the parent run. @default none */
  parent?: string | undefined;
}

/** The arguments of a task, flow or pipeline. A pipeline takes one argument, its input. */
export type StartArguments<T> =
  T extends LocalPipeline<infer Input, infer _Added, infer _Keeps>
    ? readonly [input: Input]
    : T extends Task<infer Args>
      ? Args
      : readonly unknown[];

/** The result of a task, flow or pipeline. */
export type StartResult<T> =
  T extends LocalPipeline<infer Input, infer Added, infer Keeps>
    ? Keeps extends true
      ? Merge<Input, Added>
      : Added
    : T extends Task<infer _Args, infer Result>
      ? Result
      : unknown;

const startRules = {
  idempotencyKey: toBe(
    'a string of 1 to 255 characters',
    (value) => typeof value === 'string' && value.length > 0 && value.length <= 255,
  ),
  delay: integerAtLeast(0, ' of milliseconds'),
  expiresIn: integerAtLeast(1, ' of milliseconds'),
  priority: toBe(
    'an integer from 0 to 9',
    (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 9,
  ),
  attempts: integerAtLeast(1),
  parent: anyValue,
} satisfies OptionRules<Exclude<keyof StartRunOptions, keyof RequestOptions>>;

/** Creates a run on the server for a worker to execute. */
export async function startRun<Result>(
  connection: Connection,
  runs: Runs,
  target: unknown,
  args: readonly unknown[],
  options: StartRunOptions,
): Promise<StartedRun<Result>> {
  const issues = new Issues();
  const def = isStartable(target) ? (target as unknown as WithDefinition)[definitionKey] : undefined;
  const name = typeof target === 'string' ? target : def?.name;
  if (name === undefined || name === '' || name.length > eventLimits.nameLength) {
    issues.add(['of'], `Expected a task, flow or pipeline, or its name, got ${formatValue(target)}`);
  }
  if (!Array.isArray(args)) issues.add(['args'], `Expected an array of arguments, got ${formatValue(args)}`);
  issues.check(options, { ...startRules, ...requestRules }, 'client.start()');
  const maxDelay = workLimits.delayMs;
  if ((options.delay ?? 0) > maxDelay)
    issues.add(['delay'], `Expected at most ${maxDelay} milliseconds (366 days), got ${options.delay}`);
  issues.throwIfAny();
  const { idempotencyKey, delay, expiresIn, priority, attempts, parent } = options;
  const input = def ? def.toRecordedInput(args) : toRecordedInput(args);
  const json = { of: name, kind: def?.kind, input, idempotencyKey, delay, expiresIn, priority, attempts, parent };
  const retryPolicy = idempotencyKey === undefined ? ('if-not-received' as const) : ('always' as const);
  const call = { action: `start '${String(name)}'`, path: '/v1/runs', json, retryPolicy };
  const run = await callV1(connection, call, pickRequestOptions(options), (v1) => v1.runResponse);
  return new StartedRun(runs, run);
}
