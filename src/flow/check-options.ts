import { ValidationError } from '../errors/validation-error.js';
import { checkOptions } from '../options/issues.js';
import {
  timerDelayAtLeast,
  hasMethods,
  isTimerDelay,
  nonEmptyText,
  toBe,
  toBeBoolean,
  toBeSignal,
  toBeMillisecondsOrInfinity,
  integerAtLeast,
  withMethods,
  type OptionRules,
} from '../options/option-rules.js';
import { defaultLimits } from '../shared/rules/limits.js';
import { checkPipelineName } from '../shared/rules/free-text.js';
import { formatValue } from '../shared/rules/format-value.js';
import { isPlainObject } from '../shared/rules/class-of.js';
import { observeRuns } from '../shared/runs/run-observer.js';

const isRetryDelay = (value: unknown): boolean =>
  typeof value === 'function' ||
  isTimerDelay(value, 0) ||
  (typeof value === 'object' && value !== null && isPlainObject(value) && isBackoff(value as Record<string, unknown>));
const isBackoff = ({ base = 0, cap = 0, ...others }: Record<string, unknown>): boolean =>
  isTimerDelay(base, 0) && isTimerDelay(cap, 0) && Object.keys(others).length === 0;
const isSchema = (value: unknown): boolean =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
  hasMethods((value as Record<string, unknown>)['~standard'], 'validate');

const attemptRules = {
  retries: integerAtLeast(0),
  retryDelay: toBe('a number of milliseconds, `{ base, cap }` in milliseconds, or a function', isRetryDelay),
  retryIf: toBe('a function that returns a boolean', (value) => typeof value === 'function'),
  timeout: timerDelayAtLeast(1),
};
const versionRule = nonEmptyText('a non-empty string');
const keyRule = toBe('a function that returns a string', (value) => typeof value === 'function');
const definitionRules = {
  version: versionRule,
  input: toBe('a Standard Schema, such as a Zod schema', isSchema),
  verbose: toBeBoolean,
};
const runRules = {
  report: withMethods('a client or a worker', observeRuns),
  store: withMethods('a store with `append` and `load`', 'append', 'load'),
  verbose: toBeBoolean,
  logger: withMethods('a logger', 'error', 'warn', 'info', 'debug'),
  signal: toBeSignal,
  grace: timerDelayAtLeast(0),
};

// the functions below throw a `ValidationError` if a value is invalid

export function checkName(name: unknown, noun: string): void {
  const message = checkPipelineName(name, defaultLimits)?.replace('a pipeline name', `a ${noun} name`);
  if (message !== undefined) throw new ValidationError([{ path: ['name'], message }]);
}

export function checkStepVersion(version: unknown): void {
  check({ version }, { version: versionRule }, 'a step');
}

export function checkStepOptions(options: unknown): void {
  check(options, attemptRules, 'a step');
}

export function checkTaskOptions(options: unknown): void {
  check(options, { ...attemptRules, version: versionRule, verbose: toBeBoolean, key: keyRule }, 'a task');
}

export function checkFlowOptions(options: unknown): void {
  check(options, { ...definitionRules, ...attemptRules, key: keyRule }, 'a flow');
}

export function checkPipelineOptions(options: unknown): void {
  check(options, definitionRules, 'a pipeline');
}

export function checkRunOptions(options: unknown): void {
  check(options, runRules, 'a run');
}

export function checkCallOptions(options: unknown): void {
  check(options, { ...runRules, ...attemptRules, after: toBe('an array', Array.isArray) }, 'a call');
}

export function checkLocalWaitOptions(options: unknown, callName: string): void {
  check(options, { waitTimeout: toBeMillisecondsOrInfinity, signal: toBeSignal }, callName);
}

export function checkWork(work: unknown, owner: string): void {
  if (typeof work === 'function') return;
  const message = `Expected a function for ${owner}, got ${formatValue(work)}`;
  throw new ValidationError([{ path: ['work'], message }]);
}

function check(options: unknown, rules: OptionRules, owner: string): void {
  checkOptions(options as object, rules, owner);
}
