import type { Limits } from '../types/limits.js';

/** Matches control characters and lone surrogates, which names cannot contain. */
const forbiddenInNames = /[\p{Cc}\p{Cs}]/u;
/** Matches the characters of `forbiddenInNames`, except line breaks and tabs, which free text can contain. */
const forbiddenInText = /[\p{Cs}]|(?![\t\n\r])\p{Cc}/u;

interface Alphabet {
  /** Matches the strings that are valid on a server that accepts only ASCII. */
  readonly ascii: RegExp;
  /** The allowed characters, for error messages. */
  readonly asciiDescription: string;
}

/**
 * Returns the end of an error message, such as `not to contain '/'`, or `undefined` if all characters are valid.
 *
 * @param forbidden Matches characters with a special meaning, such as `/` in file names. Used only if the server accepts non-ASCII
 * characters; otherwise, `alphabet.ascii` already excludes these characters.
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

/** Returns whether a text contains a lone surrogate, or a control character other than a line break or tab. */
export function hasInvalidTextCharacters(text: string): boolean {
  return forbiddenInText.test(text);
}

/** Counts code points, so that a surrogate pair counts as one character. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
