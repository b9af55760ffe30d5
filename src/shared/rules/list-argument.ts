import type { Issue } from '../types/issue.js';
import type { Limits } from '../types/limits.js';
import { showRange, showValue } from './show-value.js';

/** What is wrong with an argument that is a list, and with its items, each with its position. */
export function checkList(
  value: unknown,
  limits: Limits,
  checkItem: (item: unknown, limits: Limits) => string | undefined,
): Issue[] {
  if (!Array.isArray(value)) return [{ path: [], message: `Expected an array, got ${showValue(value)}` }];
  if (value.length === 0 || value.length > limits.listLength) {
    return [{ path: [], message: `Expected ${showRange(1, limits.listLength, 'item')}, got ${value.length}` }];
  }
  return value.flatMap((item: unknown, position): Issue[] => {
    const message = checkItem(item, limits);
    return message === undefined ? [] : [{ path: [position], message }];
  });
}
