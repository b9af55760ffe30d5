import { isObject, formatValue } from './format-value.js';

/** The usual keys for an item's text, in order of precedence. The hosted service accepts only the first one. */
export const textKeys = ['snippet', 'text', 'transcript', 'caption'] as const;

/** The maximum number of keys that an error message lists. */
const maxShownKeys = 20;

/**
 * Parses a JSON array or JSON Lines (one JSON object per line). A single object with a text key is returned as an array with one item.
 * Any other JSON value is returned unchanged.
 *
 * @param keys The keys that can hold an object's text.
 * @throws `SyntaxError` if the input is neither JSON nor JSON Lines. If the first non-blank line is a JSON object, the message starts with
 * `line` and the number of the invalid line.
 */
export function parseItems(text: string, keys: readonly string[] = textKeys): unknown {
  const json = text.startsWith('\ufeff') ? text.slice(1) : text;
  try {
    const value: unknown = JSON.parse(json);
    // a JSON Lines file with only one line is also valid JSON
    return findTextKey(value, keys) === undefined ? value : [value];
  } catch (error) {
    return parseLines(json) ?? rethrow(error);
  }
}

/**
 * Parses JSON Lines, skipping blank lines. Returns `undefined` unless the first non-blank line is a JSON object.
 *
 * @throws `SyntaxError` if a later line is not valid JSON.
 */
function parseLines(json: string): unknown[] | undefined {
  const values: unknown[] = [];
  for (const [index, line] of json.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      values.push(JSON.parse(line));
    } catch (error) {
      if (values.length === 0) return undefined;
      throw new SyntaxError(`line ${index + 1}: ${(error as Error).message}`, { cause: error });
    }
    if (!isObject(values[0])) return undefined;
  }
  return values.length === 0 ? undefined : values;
}

function rethrow(error: unknown): never {
  throw error;
}

/** Returns the first of the keys that an item has, or `undefined` if it has none of them. */
export function findTextKey(item: unknown, keys: readonly string[]): string | undefined {
  return isObject(item) ? keys.find((key) => Object.hasOwn(item, key)) : undefined;
}

/** Returns the end of the message `Expected … to have …`: the accepted keys for an item's text, and the item's actual keys. */
export function describeMissingKey(item: Readonly<Record<string, unknown>>, keys: readonly string[]): string {
  const itemKeys = Object.keys(item);
  const shown = itemKeys.slice(0, maxShownKeys).map((key) => formatValue(key));
  const more = itemKeys.length > shown.length ? [`${itemKeys.length - shown.length} more`] : [];
  const got = itemKeys.length === 0 ? 'an object without keys' : `the keys ${[...shown, ...more].join(', ')}`;
  return `a string under ${keys.map((key) => `"${key}"`).join(' or ')}, got ${got}`;
}
