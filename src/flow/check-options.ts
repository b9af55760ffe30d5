import { ValidationError } from '../errors/validation-error.js';
import { defaultLimits } from '../shared/rules/limits.js';
import { findUnknownOptions } from '../shared/rules/option-names.js';
import { checkPipelineName } from '../shared/rules/pipeline-name.js';
import { showValue } from '../shared/rules/show-value.js';
import { observeRuns } from '../shared/runs/run-observer.js';
import type { Issue } from '../shared/types/issue.js';

type Rule = readonly [holds: (value: unknown) => boolean, rule: string];

const isObject = (value: unknown): value is Record<PropertyKey, unknown> =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isDuration = (from: number) => (value: unknown) =>
  typeof value === 'number' && value >= from && value <= 2 ** 31 - 1;
const has = (name: PropertyKey) => (value: unknown) => isObject(value) && typeof value[name] === 'function';

const isDelay = (value: unknown): boolean =>
  typeof value === 'function' || isDuration(0)(value) || (isObject(value) && isGrowth(value));
const isGrowth = ({ base = 0, cap = 0, ...others }: Record<string, unknown>): boolean =>
  isDuration(0)(base) && isDuration(0)(cap) && Object.keys(others).length === 0;

const boolean: Rule = [(value) => typeof value === 'boolean', 'true or false'];
const version: Rule = [(value) => typeof value === 'string' && value !== '', 'a text'];

const attemptRules: Readonly<Record<string, Rule>> = {
  retries: [isCount, 'a whole number from 0 up'],
  retryDelay: [isDelay, 'milliseconds, `{ base, cap }` in milliseconds, or a function'],
  timeout: [isDuration(1), 'a number of milliseconds from 1 to 2147483647'],
};
const schema: Rule = [
  (value) => isObject(value) && has('validate')(value['~standard']),
  'a Standard Schema, such as one of zod',
];
const runRules: Readonly<Record<string, Rule>> = {
  report: [has(observeRuns), 'a client or a worker'],
  store: [(value) => has('append')(value) && has('load')(value), 'a store with `append` and `load`'],
  verbose: boolean,
  logger: [(value) => ['error', 'warn', 'info', 'debug'].every((name) => has(name)(value)), 'a logger'],
  signal: [has('addEventListener'), 'an AbortSignal'],
  grace: [isDuration(0), 'a number of milliseconds from 0 to 2147483647'],
};

/** @throws `ValidationError` */
export function checkName(name: unknown, noun: string): void {
  const message = checkPipelineName(name, defaultLimits)?.replace('a pipeline name', `the name of a ${noun}`);
  if (message !== undefined) throw new ValidationError([{ path: ['name'], message }]);
}

/** @throws `ValidationError` */
export function checkVersion(value: unknown): void {
  check({ version: value }, { version }, 'a step');
}

/** @throws `ValidationError` */
export function checkAttemptOptions(options: unknown): void {
  check(options, attemptRules, 'a step');
}

/** @throws `ValidationError` */
export function checkTaskOptions(options: unknown): void {
  check(options, { ...attemptRules, version, verbose: boolean }, 'a task');
}

/** @throws `ValidationError` */
export function checkFlowOptions(options: unknown, of: string): void {
  check(options, { version, input: schema, verbose: boolean }, of);
}

/** @throws `ValidationError` */
export function checkRunOptions(options: unknown): void {
  check(options, { ...runRules, after: [Array.isArray, 'an array'] }, 'a run');
}

/** @throws `ValidationError` */
export function checkWork(work: unknown, of: string): void {
  if (typeof work === 'function') return;
  const message = `Expected the work of ${of} to be a function, got ${showValue(work)}`;
  throw new ValidationError([{ path: ['work'], message }]);
}

function check(options: unknown, rules: Readonly<Record<string, Rule>>, of: string): void {
  if (!isObject(options)) {
    const message = `Expected the options of ${of} to be an object, got ${showValue(options)}`;
    throw new ValidationError([{ path: [], message }]);
  }
  const issues: Issue[] = findUnknownOptions(options, Object.keys(rules), of).map(([name, message]) => ({
    path: [name],
    message,
  }));
  for (const [name, [holds, rule]] of Object.entries(rules)) {
    const value = options[name];
    if (value === undefined || holds(value)) continue;
    issues.push({ path: [name], message: `Expected \`${name}\` to be ${rule}, got ${showValue(value)}` });
  }
  if (issues.length > 0) throw new ValidationError(issues);
}
