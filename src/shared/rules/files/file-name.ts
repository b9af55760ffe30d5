import type { Limits } from '../../types/limits.js';
import { countCharacters, describeInvalidCharacters } from '../characters.js';
import { formatRange, formatValue } from '../format-value.js';

const alphabet = {
  ascii: /^[A-Za-z0-9 _,.-]+$/,
  asciiDescription: 'ASCII letters, digits, spaces and `_ , . -`',
};

/** Checks the name of a file on the server. The maximum length includes the extension. */
export function checkFileName(value: unknown, limits: Limits): string | undefined {
  return checkName(value, limits, 'a file name');
}

/** Checks a file name pattern, which is a file name that can begin with `*`, end with `*`, or both. */
export function checkFileNamePattern(value: unknown, limits: Limits): string | undefined {
  const noun = 'a file name pattern';
  if (typeof value !== 'string' || !value.includes('*')) return checkName(value, limits, noun);
  const literal = value.replace(/^\*/, '').replace(/\*$/, '');
  if (literal === '') return `Expected ${noun} to contain more than \`*\`, got ${formatValue(value)}`;
  if (literal.includes('*'))
    return `Expected ${noun} to contain \`*\` only at the start or end, got ${formatValue(value)}`;
  return checkName(literal, limits, noun, true);
}

function checkName(value: unknown, limits: Limits, noun: string, isPart = false): string | undefined {
  if (typeof value !== 'string') return `Expected ${noun} to be a string, got ${formatValue(value)}`;
  const length = countCharacters(value);
  if (length === 0 || length > limits.fileNameLength) {
    return `Expected ${noun} to be ${formatRange(1, limits.fileNameLength, 'character')} long, got ${length}`;
  }
  const rule = describeInvalidCharacters(value, limits, alphabet, /[/*]/);
  if (rule) return `Expected ${noun} ${rule}, got ${formatValue(value)}`;
  if (!isPart && (value.trim() === '' || value === '.' || value === '..')) {
    return `Expected ${noun} not to be blank, '.' or '..', got ${formatValue(value)}`;
  }
  return undefined;
}

/** Returns the extension in a file name or path, in lower case and with the dot, or an empty string if there is no dot in the name. */
export function extensionOf(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot).toLowerCase();
}
