import type { Limits } from '../types/limits.js';
import { hasControlInText } from './characters.js';
import { countCharacters, showRange, showValue } from './show-value.js';

/** Whether a text can be searched for. White space around it does not count, and is sent as it is. */
export function checkQuery(value: unknown, limits: Limits): string | undefined {
  if (typeof value !== 'string') return `Expected a query to be a text, got ${showValue(value)}`;
  const { min, max } = limits.queryLength;
  const length = countCharacters(value.trim());
  if (length === 0) return 'Expected a query to have text, got none: query is empty - please enter a query';
  if (length < min || length > max) {
    return `Expected a query to be ${showRange(min, max, 'character')} long, got ${length}`;
  }
  return hasControlInText(value)
    ? `Expected a query to be without control characters, got ${showValue(value)}`
    : undefined;
}
