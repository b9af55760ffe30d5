import type { Limits } from '../types/limits.js';

/** Characters that no name may contain, because they cannot be stored, typed or displayed. */
const control = /[\p{Cc}\p{Cs}]/u;
/** Characters that free text cannot contain. Unlike names, it may contain line breaks and tabs. */
const controlInText = /[\p{Cs}]|(?![\t\n\r])\p{Cc}/u;

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
export function findInvalidCharacters(
  text: string,
  limits: Limits,
  alphabet: Alphabet,
  forbidden?: RegExp,
): string | undefined {
  if (control.test(text)) return 'not to contain control characters';
  if (limits.characters === 'ascii-lower-case') {
    return alphabet.ascii.test(text) ? undefined : `to contain only ${alphabet.asciiWords}`;
  }
  const found = forbidden?.exec(text)?.[0];
  return found === undefined ? undefined : `not to contain '${found}'`;
}

export function hasControlInText(text: string): boolean {
  return controlInText.test(text);
}

/** Counts code points, so that an emoji counts as one character instead of two. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
