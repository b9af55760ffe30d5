import type { Issue } from '../shared/types/error-code.js';

/** What an option must be, after "Expected … to be". */
interface Expectation {
  readonly holds: (value: unknown) => boolean;
  readonly rule: string;
  /** Whether the option must be given. @default false */
  readonly isRequired?: boolean;
  /** The value as a message may show it, for options that hold secrets. @default the value, shortened */
  readonly show?: (value: unknown) => string;
  /** Returns the whole message, where it depends on the value. */
  readonly explain?: (value: unknown) => string;
}

/** A rule with its own messages. Returns what is wrong with the value. */
type Check = (value: unknown) => string | readonly Issue[] | undefined;

/** The rule for one option. A check is called only when the option is given. */
export type OptionRule = Expectation | Check;

/** The options that a call has, each with its rule. */
export type OptionTable<Name extends string = string> = Readonly<Record<Name, OptionRule>>;

export function toBe(rule: string, holds: Expectation['holds']): Expectation {
  return { holds, rule };
}

/** For an option that is checked elsewhere. */
export const anyValue: OptionRule = () => undefined;

export function anyValueFor<Name extends string>(names: readonly Name[]): OptionTable<Name> {
  return Object.fromEntries(names.map((name) => [name, anyValue])) as OptionTable<Name>;
}

export const toBeBoolean = toBe('true or false', (value) => typeof value === 'boolean');
export const toBeFunction = toBe('a function', (value) => typeof value === 'function');

/** The largest delay that a timer can have: Node runs a longer one at once. */
const maxDelay = 2 ** 31 - 1;

/** A whole number, whose unit may follow: `wholeFrom(1, ' of milliseconds')`. */
export function wholeFrom(min: number, unit = ''): Expectation {
  return toBe(`a whole number${unit} from ${min} up`, (value) => isWhole(value, min));
}

/** A number of milliseconds for a timer. */
export function durationFrom(min: number): Expectation {
  return toBe(`a number of milliseconds from ${min} to ${maxDelay}`, (value) => isDuration(value, min));
}

/** One of a few texts: `'ascending' or 'descending'`. */
export function oneOf(...texts: readonly string[]): Expectation {
  return toBe(texts.map((text) => `'${text}'`).join(' or '), (value) => texts.includes(value as string));
}

export function nonEmptyText(rule: string): Expectation {
  return toBe(rule, (value) => typeof value === 'string' && value !== '');
}

/** Something with these methods, whatever its class. */
export function withMethods(rule: string, ...names: readonly PropertyKey[]): Expectation {
  return toBe(rule, (value) => hasMethods(value, ...names));
}

/** By what it can do: signals of polyfills and of other realms are signals, too. */
export const toBeSignal = toBe(
  'an AbortSignal',
  (value) => hasMethods(value, 'addEventListener') && 'aborted' in (value as object),
);

export function isWhole(value: unknown, min: number): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min;
}

export function isDuration(value: unknown, min: number): boolean {
  return typeof value === 'number' && value >= min && value <= maxDelay;
}

export function hasMethods(value: unknown, ...names: readonly PropertyKey[]): boolean {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject && names.every((name) => typeof (value as Record<PropertyKey, unknown>)[name] === 'function');
}
