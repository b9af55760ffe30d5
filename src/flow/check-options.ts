import { ValidationError } from '../errors/validation-error.js';
import { checkOptions } from '../options/issues.js';
import {
  durationFrom,
  hasMethods,
  isDuration,
  nonEmptyText,
  toBe,
  toBeBoolean,
  toBeSignal,
  toBeWaitTimeout,
  integerAtLeast,
  withMethods,
  type OptionTable,
} from '../options/option-table.js';
import { defaultLimits } from '../shared/rules/limits.js';
import { checkPipelineName } from '../shared/rules/free-text.js';
import { showValue } from '../shared/rules/show-value.js';
import { observeRuns } from '../shared/runs/run-observer.js';

const isDelay = (value: unknown): boolean =>
  typeof value === 'function' ||
  isDuration(value, 0) ||
  (typeof value === 'object' && value !== null && isBackoff(value as Record<string, unknown>));
const isBackoff = ({ base = 0, cap = 0, ...others }: Record<string, unknown>): boolean =>
  isDuration(base, 0) && isDuration(cap, 0) && Object.keys(others).length === 0;
const isSchema = (value: unknown): boolean =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
  hasMethods((value as Record<string, unknown>)['~standard'], 'validate');

const attemptTable = {
  retries: integerAtLeast(0),
  retryDelay: toBe('a number of milliseconds, `{ base, cap }` in milliseconds, or a function', isDelay),
  retryIf: toBe('a function that returns a boolean', (value) => typeof value === 'function'),
  timeout: durationFrom(1),
};
const version = nonEmptyText('a non-empty string');
const key = toBe('a function that returns a string', (value) => typeof value === 'function');
const definitionTable = {
  version,
  input: toBe('a Standard Schema, such as a zod schema', isSchema),
  verbose: toBeBoolean,
};
const runTable = {
  report: withMethods('a client or a worker', observeRuns),
  store: withMethods('a store with `append` and `load`', 'append', 'load'),
  verbose: toBeBoolean,
  logger: withMethods('a logger', 'error', 'warn', 'info', 'debug'),
  signal: toBeSignal,
  grace: durationFrom(0),
};

/** @throws `ValidationError` if the name is invalid. */
export function checkName(name: unknown, noun: string): void {
  const message = checkPipelineName(name, defaultLimits)?.replace('a pipeline name', `a ${noun} name`);
  if (message !== undefined) throw new ValidationError([{ path: ['name'], message }]);
}

/** @throws `ValidationError` if the version is invalid. */
export function checkVersion(value: unknown): void {
  check({ version: value }, { version }, 'a step');
}

/** @throws `ValidationError` if an option is invalid. */
export function checkAttemptOptions(options: unknown): void {
  check(options, attemptTable, 'a step');
}

/** @throws `ValidationError` if an option is invalid. */
export function checkTaskOptions(options: unknown): void {
  check(options, { ...attemptTable, version, verbose: toBeBoolean, key }, 'a task');
}

/** @throws `ValidationError` if an option is invalid. */
export function checkFlowOptions(options: unknown): void {
  check(options, { ...definitionTable, ...attemptTable, key }, 'a flow');
}

/** @throws `ValidationError` if an option is invalid. */
export function checkPipelineOptions(options: unknown): void {
  check(options, definitionTable, 'a pipeline');
}

/** @throws `ValidationError` if an option is invalid. */
export function checkRunOptions(options: unknown): void {
  check(options, runTable, 'a run');
}

/** @throws `ValidationError` if an option is invalid. */
export function checkCallOptions(options: unknown): void {
  check(options, { ...runTable, ...attemptTable, after: toBe('an array', Array.isArray) }, 'a call');
}

/** @throws `ValidationError` if an option is invalid. */
export function checkLocalWaitOptions(options: unknown, callName: string): void {
  check(options, { waitTimeout: toBeWaitTimeout, signal: toBeSignal }, callName);
}

/** @throws `ValidationError` if the work is not a function. */
export function checkWork(work: unknown, owner: string): void {
  if (typeof work === 'function') return;
  const message = `Expected a function for ${owner}, got ${showValue(work)}`;
  throw new ValidationError([{ path: ['work'], message }]);
}

function check(options: unknown, table: OptionTable, owner: string): void {
  checkOptions(options as object, table, owner);
}
