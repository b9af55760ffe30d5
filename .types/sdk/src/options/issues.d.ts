import { showValue } from '../shared/rules/show-value.js';
import type { Issue } from '../shared/types/error-code.js';
import type { OptionTable } from './option-table.js';
/**
 * Checks a call's options against their table.
 *
 * @param callName The call's name for use in error messages, such as `process()`.
 * @param show Formats `options` for the error message if it is not an object.
 * @throws `ValidationError` that lists every problem.
 */
export declare function checkOptions<T extends object>(options: T, table: OptionTable<keyof T & string>, callName: string, show?: typeof showValue): void;
/** Collects the problems with a call's arguments, so that one error can list them all. */
export declare class Issues {
    #private;
    /** @param message The problem; `undefined` adds nothing. */
    add(path: (string | number)[], message: string | undefined): void;
    /** Adds the issues of a nested value. The issues' paths are relative to that value. */
    addAll(path: (string | number)[], issues: readonly Issue[]): void;
    /**
     * Adds an issue for each unknown option, and for each option that breaks its rule.
     *
     * @returns The options, or an empty object if `options` is not an object.
     */
    check<T extends object>(options: T, table: OptionTable<keyof T & string>, callName: string, show?: typeof showValue): T;
    /** Adds an issue for each option in the table that breaks its rule. Other options are ignored. */
    checkValues(options: object, table: OptionTable): void;
    /** @throws `ValidationError` if there are any issues. */
    throwIfAny(): void;
}
