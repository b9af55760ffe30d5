import type { Limits } from '../types/limits.js';

/** Characters that no name may have anywhere: they cannot be stored, typed or shown. */
const control = /[\p{Cc}\p{Cs}]/u;
/** In free text, line breaks and tabs are as good as any character. */
const controlInText = /[\p{Cs}]|(?![\t\n\r])\p{Cc}/u;

interface Alphabet {
  /** What an ASCII server accepts, anchored. */
  readonly ascii: RegExp;
  /** The same in words. */
  readonly asciiWords: string;
}

/**
 * Says which characters are at fault, as the end of a sentence, or nothing.
 *
 * @param forbidden Characters with a meaning of their own where any others go.
 */
export function findForeignCharacters(
  text: string,
  limits: Limits,
  alphabet: Alphabet,
  forbidden?: RegExp,
): string | undefined {
  if (control.test(text)) return 'without control characters';
  if (limits.characters === 'ascii-lower-case') {
    return alphabet.ascii.test(text) ? undefined : `made of ${alphabet.asciiWords} only`;
  }
  const found = forbidden?.exec(text)?.[0];
  return found === undefined ? undefined : `without '${found}'`;
}

export function hasControlInText(text: string): boolean {
  return controlInText.test(text);
}
