import type { Limits } from '../types/limits.js';

const controlCharacter = /\p{Cc}/u;
/** Matches control characters except line breaks and tabs, which free text can contain. */
const controlCharacterInText = /(?![\t\n\r])\p{Cc}/u;
const loneSurrogate = /\p{Cs}/u;

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
  const rule = describeUnprintable(text, controlCharacter);
  if (rule !== undefined) return rule;
  if (limits.characters === 'ascii-lower-case') {
    return alphabet.ascii.test(text) ? undefined : `to contain only ${alphabet.asciiDescription}`;
  }
  const found = forbidden?.exec(text)?.[0];
  return found === undefined ? undefined : `not to contain '${found}'`;
}

/**
 * Like {@link describeInvalidCharacters}, but for free text. Rejects only lone surrogates, and control characters except line breaks and
 * tabs.
 */
export function describeInvalidTextCharacters(text: string): string | undefined {
  return describeUnprintable(text, controlCharacterInText);
}

function describeUnprintable(text: string, control: RegExp): string | undefined {
  if (control.test(text)) return 'not to contain control characters';
  return loneSurrogate.test(text) ? 'not to contain lone surrogates (halves of a character)' : undefined;
}

/** Counts code points, so that a surrogate pair counts as one character. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
