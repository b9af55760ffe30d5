import type { Limits } from '../types/limits.js';

/** Characters that names cannot contain, because they cannot be stored, typed or displayed. */
const forbiddenInNames = /[\p{Cc}\p{Cs}]/u;
/** Characters that free text cannot contain. Unlike names, free text can contain line breaks and tabs. */
const forbiddenInText = /[\p{Cs}]|(?![\t\n\r])\p{Cc}/u;

interface Alphabet {
  /** Matches the strings that are valid on a server that accepts only ASCII. */
  readonly ascii: RegExp;
  /** Lists the matching characters for error messages. */
  readonly asciiDescription: string;
}

/**
 * Returns the end of an error message, such as `not to contain '/'`, or `undefined` if all characters are valid.
 *
 * @param forbidden Characters with a special meaning, which servers reject even if they accept non-ASCII characters.
 */
export function describeInvalidCharacters(
  text: string,
  limits: Limits,
  alphabet: Alphabet,
  forbidden?: RegExp,
): string | undefined {
  if (forbiddenInNames.test(text)) return 'not to contain control characters';
  if (limits.characters === 'ascii-lower-case') {
    return alphabet.ascii.test(text) ? undefined : `to contain only ${alphabet.asciiDescription}`;
  }
  const found = forbidden?.exec(text)?.[0];
  return found === undefined ? undefined : `not to contain '${found}'`;
}

/** Returns whether a text contains a control character other than a line break or a tab, or a lone surrogate. */
export function hasInvalidTextCharacters(text: string): boolean {
  return forbiddenInText.test(text);
}

/** Counts code points, so that an emoji counts as one character instead of two. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
