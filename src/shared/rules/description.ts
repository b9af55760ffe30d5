import type { Limits } from '../types/limits.js';
import { hasControlInText } from './characters.js';
import { countCharacters, showValue } from './show-value.js';

const ascii = /^[A-Za-z0-9\s_.,;'"!?-]*$/;

/** Whether a text can describe a file; it may be empty. */
export function checkDescription(value: unknown, limits: Limits): string | undefined {
  const noun = 'a file description';
  if (typeof value !== 'string') return `Expected ${noun} to be a text, got ${showValue(value)}`;
  const length = countCharacters(value);
  if (length > limits.descriptionLength) {
    return `Expected ${noun} to be at most ${limits.descriptionLength} characters long, got ${length}`;
  }
  if (hasControlInText(value)) return `Expected ${noun} to be without control characters, got ${showValue(value)}`;
  if (limits.characters === 'ascii-lower-case' && !ascii.test(value)) {
    return `Expected ${noun} to be made of ASCII letters, digits, white space and \`- _ . , ; ' " ! ?\` only, got ${showValue(value)}`;
  }
  return undefined;
}
