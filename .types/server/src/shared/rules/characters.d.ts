import type { Limits } from '../types/limits.js';
interface Alphabet {
    /** Matches the strings that an ASCII-only server accepts. */
    readonly ascii: RegExp;
    /** The accepted characters, for use in error messages. */
    readonly asciiWords: string;
}
/**
 * Returns the end of an error message, such as `not to contain '/'`; `undefined` if all characters are valid.
 *
 * @param forbidden Characters with a special meaning. Servers that accept all other characters reject these.
 */
export declare function findInvalidCharacters(text: string, limits: Limits, alphabet: Alphabet, forbidden?: RegExp): string | undefined;
export declare function hasControlInText(text: string): boolean;
export {};
