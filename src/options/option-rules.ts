import { isDate } from '../shared/rules/class-of.js';
import type { Issue } from '../shared/types/error-code.js';

/** A condition for an option's value. */
interface Expectation {
  readonly holds: (value: unknown) => boolean;
  /** The condition in words, phrased to follow "Expected … to be". */
  readonly description: string;
  readonly isRequired?: boolean;
  /** Formats the value for the error message. Set this if the value may contain secrets. @default `formatValue` */
  readonly show?: (value: unknown) => string;
  /** Returns an error message that replaces the default message, `Expected … to be …, got …`. */
  readonly explain?: (value: unknown) => string;
}

/** A rule that returns an error message or a list of issues; `undefined` or an empty list if the value is valid. */
type Check = (value: unknown) => string | readonly Issue[] | undefined;

/** The rule for one option. A check is called only if the option is set. */
export type OptionRule = Expectation | Check;

/** The options that a call accepts, each with its rule. */
export type OptionRules<Name extends string = string> = Readonly<Record<Name, OptionRule>>;

export function toBe(description: string, holds: Expectation['holds']): Expectation {
  return { holds, description: description };
}

/** Accepts any value. For options that are checked elsewhere. */
export const anyValue: OptionRule = () => undefined;

export function anyValueFor<Name extends string>(names: readonly Name[]): OptionRules<Name> {
  return Object.fromEntries(names.map((name) => [name, anyValue])) as OptionRules<Name>;
}

export const toBeBoolean = toBe('true or false', (value) => typeof value === 'boolean');
export const toBeDate = toBe('a Date', (value) => isDate(value) && !Number.isNaN(value.getTime()));
export const toBeFunction = toBe('a function', (value) => typeof value === 'function');

/** The maximum timer delay, in milliseconds. Node fires a timer with a longer delay immediately. */
export const maxTimerDelayMs = 2 ** 31 - 1;

/** @param unit The unit in the error message, with a preposition, such as `' of milliseconds'`. */
export function integerAtLeast(min: number, unit = ''): Expectation {
  return toBe(`a whole number${unit}, at least ${min}`, (value) => isIntegerAtLeast(value, min));
}

/** Requires a timer delay of at least `min` milliseconds. */
export function timerDelayAtLeast(min: number): Expectation {
  return toBe(`a number of milliseconds between ${min} and ${maxTimerDelayMs}`, (value) => isTimerDelay(value, min));
}

/** Requires a number of milliseconds that, unlike a timer delay, can exceed {@link maxTimerDelayMs}. */
export const toBeMillisecondsOrInfinity = toBe(
  'a whole number of milliseconds, at least 0, or Infinity',
  (value) => value === Infinity || isIntegerAtLeast(value, 0),
);

export function oneOf(...choices: readonly string[]): Expectation {
  return toBe(choices.map((choice) => `'${choice}'`).join(' or '), (value) => choices.includes(value as string));
}

export function nonEmptyText(description: string): Expectation {
  return toBe(description, (value) => typeof value === 'string' && value !== '');
}

/** Requires an object or function with these methods, regardless of its class. */
export function withMethods(description: string, ...methodNames: readonly PropertyKey[]): Expectation {
  return toBe(description, (value) => hasMethods(value, ...methodNames));
}

/** Checks for members instead of the class, to accept signals from polyfills and other realms. */
export const toBeSignal = toBe(
  'an AbortSignal',
  (value) => hasMethods(value, 'addEventListener') && 'aborted' in (value as object),
);

function isIntegerAtLeast(value: unknown, min: number): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min;
}

export function isTimerDelay(value: unknown, min: number): boolean {
  return typeof value === 'number' && value >= min && value <= maxTimerDelayMs;
}

export function hasMethods(value: unknown, ...methodNames: readonly PropertyKey[]): boolean {
  const isObjectOrFunction = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return (
    isObjectOrFunction &&
    methodNames.every((name) => typeof (value as Record<PropertyKey, unknown>)[name] === 'function')
  );
}
