import { isDate } from '../shared/rules/class-of.js';
import type { Issue } from '../shared/types/error-code.js';

/** A condition for an option's value. */
interface Expectation {
  readonly holds: (value: unknown) => boolean;
  /** The condition in words, phrased to follow "Expected … to be". */
  readonly rule: string;
  /** Whether the option is required. @default false */
  readonly isRequired?: boolean;
  /** Formats the value for the error message. Set this if the value may contain secrets. @default the value, truncated */
  readonly show?: (value: unknown) => string;
  /** Returns the whole error message. Set this if the message depends on the value. */
  readonly explain?: (value: unknown) => string;
}

/** A rule with its own error messages. Returns the problem with the value, if any. */
type Check = (value: unknown) => string | readonly Issue[] | undefined;

/** The rule for one option. A check is called only if the option is set. */
export type OptionRule = Expectation | Check;

/** The options that a call accepts, each with its rule. */
export type OptionTable<Name extends string = string> = Readonly<Record<Name, OptionRule>>;

export function toBe(rule: string, holds: Expectation['holds']): Expectation {
  return { holds, rule };
}

/** Accepts any value. For options that are checked elsewhere. */
export const anyValue: OptionRule = () => undefined;

export function anyValueFor<Name extends string>(names: readonly Name[]): OptionTable<Name> {
  return Object.fromEntries(names.map((name) => [name, anyValue])) as OptionTable<Name>;
}

export const toBeBoolean = toBe('true or false', (value) => typeof value === 'boolean');
export const toBeDate = toBe('a Date', (value) => isDate(value) && !Number.isNaN(value.getTime()));
export const toBeFunction = toBe('a function', (value) => typeof value === 'function');

/** The maximum timer delay, in milliseconds. Node fires a timer with a longer delay immediately. */
export const maxDelay = 2 ** 31 - 1;

/** @param unit The unit for the error message, such as `' of milliseconds'`. */
export function integerAtLeast(min: number, unit = ''): Expectation {
  return toBe(`a whole number${unit}, at least ${min}`, (value) => isIntegerAtLeast(value, min));
}

/** Requires a timer delay in milliseconds. */
export function durationFrom(min: number): Expectation {
  return toBe(`a number of milliseconds between ${min} and ${maxDelay}`, (value) => isDuration(value, min));
}

/** Requires a timeout, which can exceed a timer's maximum delay or be `Infinity`. */
export const toBeWaitTimeout = toBe(
  'a whole number of milliseconds, at least 0, or Infinity',
  (value) => value === Infinity || isIntegerAtLeast(value, 0),
);

export function oneOf(...choices: readonly string[]): Expectation {
  return toBe(choices.map((choice) => `'${choice}'`).join(' or '), (value) => choices.includes(value as string));
}

export function nonEmptyText(rule: string): Expectation {
  return toBe(rule, (value) => typeof value === 'string' && value !== '');
}

/** Requires an object with these methods, regardless of its class. */
export function withMethods(rule: string, ...names: readonly PropertyKey[]): Expectation {
  return toBe(rule, (value) => hasMethods(value, ...names));
}

/** Checks methods instead of the class, so that signals from polyfills and other realms are accepted. */
export const toBeSignal = toBe(
  'an AbortSignal',
  (value) => hasMethods(value, 'addEventListener') && 'aborted' in (value as object),
);

function isIntegerAtLeast(value: unknown, min: number): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min;
}

export function isDuration(value: unknown, min: number): boolean {
  return typeof value === 'number' && value >= min && value <= maxDelay;
}

export function hasMethods(value: unknown, ...names: readonly PropertyKey[]): boolean {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject && names.every((name) => typeof (value as Record<PropertyKey, unknown>)[name] === 'function');
}
