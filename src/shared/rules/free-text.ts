import type { Limits } from '../types/limits.js';
import { countCharacters, describeInvalidTextCharacters } from './characters.js';
import { formatValue, formatRange } from './format-value.js';

const allowedAscii = /^[A-Za-z0-9\s_.,;'"!?-]*$/;

/** Checks a file description, which may be empty. */
export function checkDescription(value: unknown, limits: Limits): string | undefined {
  const noun = 'a file description';
  if (typeof value !== 'string') return `Expected ${noun} to be a string, got ${formatValue(value)}`;
  const length = countCharacters(value);
  if (length > limits.descriptionLength) {
    return `Expected ${noun} to be at most ${limits.descriptionLength} characters long, got ${length}`;
  }
  const rule = describeInvalidTextCharacters(value);
  if (rule) return `Expected ${noun} ${rule}, got ${formatValue(value)}`;
  if (limits.characters === 'ascii-lower-case' && !allowedAscii.test(value)) {
    return `Expected ${noun} to contain only ASCII letters, digits, whitespace and \`- _ . , ; ' " ! ?\`, got ${formatValue(value)}`;
  }
  return undefined;
}

/** Checks a pipeline name. Every server accepts non-ASCII characters in pipeline names. */
export function checkPipelineName(value: unknown, limits: Limits): string | undefined {
  const noun = 'a pipeline name';
  if (typeof value !== 'string') return `Expected ${noun} to be a string, got ${formatValue(value)}`;
  const length = countCharacters(value);
  if (length === 0 || length > limits.pipelineNameLength) {
    return `Expected ${noun} to be ${formatRange(1, limits.pipelineNameLength, 'character')} long, got ${length}`;
  }
  const rule = describeInvalidTextCharacters(value);
  return rule && `Expected ${noun} ${rule}, got ${formatValue(value)}`;
}

/** Checks a search query. Leading and trailing whitespace does not count towards its length. */
export function checkQuery(value: unknown, limits: Limits): string | undefined {
  if (typeof value !== 'string') return `Expected a query to be a string, got ${formatValue(value)}`;
  const { min, max } = limits.queryLength;
  const length = countCharacters(value.trim());
  if (length === 0)
    return 'Expected a query with at least one word, got a blank one: query is empty - please enter a query';
  if (length < min || length > max) {
    return `Expected a query to be ${formatRange(min, max, 'character')} long, got ${length}`;
  }
  const rule = describeInvalidTextCharacters(value);
  return rule && `Expected a query ${rule}, got ${formatValue(value)}`;
}
