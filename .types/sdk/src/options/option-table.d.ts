import type { Issue } from '../shared/types/error-code.js';
/** A condition for an option's value. */
interface Expectation {
    readonly holds: (value: unknown) => boolean;
    /** The condition in words, phrased to follow "Expected … to be". */
    readonly rule: string;
    /** Whether the option is required. @default false */
    readonly isRequired?: boolean;
    /** Formats the value for the error message, if the value may contain secrets. @default the value, truncated */
    readonly show?: (value: unknown) => string;
    /** Returns the whole error message, if the message depends on the value. */
    readonly explain?: (value: unknown) => string;
}
/** A rule with its own error messages. Returns the problem with the value, if any. */
type Check = (value: unknown) => string | readonly Issue[] | undefined;
/** The rule for one option. A check is called only if the option is set. */
export type OptionRule = Expectation | Check;
/** The options that a call accepts, each with its rule. */
export type OptionTable<Name extends string = string> = Readonly<Record<Name, OptionRule>>;
export declare function toBe(rule: string, holds: Expectation['holds']): Expectation;
/** Accepts any value. For options that are checked elsewhere. */
export declare const anyValue: OptionRule;
export declare function anyValueFor<Name extends string>(names: readonly Name[]): OptionTable<Name>;
export declare const toBeBoolean: Expectation;
export declare const toBeFunction: Expectation;
/** The maximum timer delay. Node fires a timer with a longer delay immediately. */
export declare const maxDelay: number;
/** Requires an integer, optionally with a unit: `integerAtLeast(1, ' of milliseconds')`. */
export declare function integerAtLeast(min: number, unit?: string): Expectation;
/** Requires a timer delay in milliseconds. */
export declare function durationFrom(min: number): Expectation;
/** Requires a limit for a whole wait. */
export declare const toBeWaitTimeout: Expectation;
/** Requires one of the given strings: `'ascending' or 'descending'`. */
export declare function oneOf(...choices: readonly string[]): Expectation;
export declare function nonEmptyText(rule: string): Expectation;
/** Requires an object with these methods, regardless of its class. */
export declare function withMethods(rule: string, ...names: readonly PropertyKey[]): Expectation;
/** Checks methods instead of the class, so that signals from polyfills and other realms are accepted. */
export declare const toBeSignal: Expectation;
export declare function isDuration(value: unknown, min: number): boolean;
export declare function hasMethods(value: unknown, ...names: readonly PropertyKey[]): boolean;
export {};
