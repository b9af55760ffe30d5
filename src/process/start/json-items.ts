import { showValue } from '../../shared/rules/show-value.js';
import type { Limits } from '../../shared/types/limits.js';

/** Where a list of objects may have its texts; the hosted service knows the first only. */
const textKeys = ['snippet', 'text', 'transcript', 'caption'];
const maxKeyLength = 255;
const maxWords = 255;

/** What is wrong with the value of a JSON input, which is to be a list of objects with a text each. Every object is looked at. */
export function findItemFault(value: unknown, label: string, limits: Limits): string | undefined {
  if (!Array.isArray(value) || value.length === 0) {
    const got = Array.isArray(value) ? 'an empty one' : showValue(value);
    return `Expected ${label} to be a JSON list of objects, got ${got}`;
  }
  const isOriginal = limits.characters === 'ascii-lower-case';
  const keys = isOriginal ? textKeys.slice(0, 1) : textKeys;
  const first: unknown = value[0];
  const key = keys.find((candidate) => isObject(first) && Object.hasOwn(first, candidate)) ?? 'snippet';
  for (const [index, item] of value.entries()) {
    const where = `item ${index} of ${label}`;
    if (!isObject(item)) return `Expected ${where} to be an object, got ${showValue(item)}`;
    const text = Object.hasOwn(item, key) ? item[key] : undefined;
    if (typeof text !== 'string') return `Expected ${where} to have a text under "${key}", got ${showValue(text)}`;
    const fault = isOriginal ? findOriginalFault(item) : undefined;
    if (fault !== undefined) return `Expected ${where} to have ${fault}`;
  }
  return undefined;
}

function findOriginalFault(item: Record<string, unknown>): string | undefined {
  for (const [key, value] of Object.entries(item)) {
    if (key.length > maxKeyLength) return `keys of at most ${maxKeyLength} characters, got ${key.length}`;
    if (typeof value !== 'string') continue;
    const words = value.match(/\S+/g)?.length ?? 0;
    if (words < 1 || words > maxWords) return `1 to ${maxWords} words under ${showValue(key)}, got ${words}`;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
