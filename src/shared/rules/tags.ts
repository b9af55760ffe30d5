import type { Issue } from '../types/error-code.js';
import type { Limits } from '../types/limits.js';
import { countCharacters, describeInvalidCharacters } from './characters.js';
import { isObject, formatRange, formatValue } from './format-value.js';

const alphabet = { ascii: /^[A-Za-z0-9 \t_-]+$/, asciiDescription: 'ASCII letters, digits, spaces and `_ -`' };

/** Checks a tag, which is an object with one key. */
export function checkTag(value: unknown, limits: Limits): string | undefined {
  return checkPair(value, limits, false);
}

/** Checks a tag in a filter. The tag's value can be `*`, which matches any value. */
export function checkTagFilter(value: unknown, limits: Limits): string | undefined {
  return checkPair(value, limits, true);
}

/** Checks a file's tags. The path of an issue is the tag's index, or empty if the list itself is invalid. */
export function checkTags(value: unknown, limits: Limits): Issue[] {
  if (!Array.isArray(value)) return [{ path: [], message: `Expected tags to be an array, got ${formatValue(value)}` }];
  if (value.length > limits.tags) {
    return [{ path: [], message: `Expected at most ${limits.tags} tags, got ${value.length}` }];
  }
  const seen = new Set<string>();
  return value.flatMap((tag: unknown, index): Issue[] => {
    const message = checkTag(tag, limits) ?? checkUnique(tag as Record<string, string>, seen, limits);
    return message === undefined ? [] : [{ path: [index], message }];
  });
}

function checkUnique(tag: Record<string, string>, seen: Set<string>, limits: Limits): string | undefined {
  const text = JSON.stringify(tag);
  const identity = limits.characters === 'ascii-lower-case' ? text.toLowerCase() : text;
  if (seen.has(identity)) return `Expected every tag to be unique, got ${text} twice`;
  seen.add(identity);
  return undefined;
}

function checkPair(value: unknown, limits: Limits, isFilter: boolean): string | undefined {
  if (!isObject(value)) {
    return `Expected a tag to be an object such as { author: 'orwell' }, got ${formatValue(value)}`;
  }
  const entries: [string, unknown][] = Object.entries(value);
  const [entry] = entries;
  if (!entry || entries.length > 1) {
    return `Expected a tag to have exactly one key, got ${entries.length}; make each pair a separate tag`;
  }
  const [key, tagValue] = entry;
  if (isFilter && tagValue === '*') return checkText(key, limits, "a tag's key");
  return checkText(key, limits, "a tag's key") ?? checkText(tagValue, limits, `the value of tag ${formatValue(key)}`);
}

function checkText(value: unknown, limits: Limits, noun: string): string | undefined {
  if (typeof value !== 'string') return `Expected ${noun} to be a string, got ${formatValue(value)}`;
  const length = countCharacters(value);
  if (length === 0 || length > limits.tagLength) {
    return `Expected ${noun} to be ${formatRange(1, limits.tagLength, 'character')} long, got ${length}`;
  }
  if (value === '*') return `Expected ${noun} not to be '*', which matches any value in a search`;
  const rule = describeInvalidCharacters(value, limits, alphabet);
  return rule ? `Expected ${noun} ${rule}, got ${formatValue(value)}` : undefined;
}
