import { describeMissingKey, findTextKey, parseItems, textKeys } from 'millrace/shared/rules/json-items.js';
import { isObject, formatValue } from 'millrace/shared/rules/format-value.js';
import { readText } from '../convert/read-text.js';
import { checkItemCount } from './output-limits.js';
import { ModuleError, type ModuleContext, type ModuleInput } from '../module-contract/module.js';

/** An item of a JSON input. */
export interface Item {
  readonly text: string;
  /** The text's line numbers in the original file, or `null` if the input does not contain them. */
  readonly lineNumbers: readonly number[] | null;
}

/**
 * Reads a JSON input: a list of objects, or JSON Lines, with a text under the same key in all objects. The first object determines the
 * key: `input.textKey` if the object has it, or else the first of the usual keys that the object has.
 *
 * @throws `ModuleError` if the input is not such a list, or exceeds a limit. If an item is invalid, the message identifies the first such
 * item.
 */
export async function readItems(
  input: Pick<ModuleInput, 'path' | 'content' | 'textKey'>,
  { limits, warn }: Pick<ModuleContext, 'limits' | 'warn'>,
): Promise<Item[]> {
  const keys = [...new Set([input.textKey, ...textKeys])];
  const list = parseJson(await readText(input, { maxBytes: limits.maxTextBytes, warn }), keys);
  if (!Array.isArray(list)) {
    throw new ModuleError(
      `Expected the file to be a JSON array of objects, got ${formatValue(list)}. Put the objects into an array: [{…}, {…}].`,
    );
  }
  checkItemCount(list.length, limits.maxItems, 'items');
  const key = findTextKey(list[0], keys) ?? getDefaultKey(list[0], keys);
  return list.map((item: unknown, index) => readItem(item, index, key));
}

function parseJson(text: string, keys: readonly string[]): unknown {
  try {
    return parseItems(text, keys);
  } catch (error) {
    throw new ModuleError(
      `Expected the file to be valid JSON, got a syntax error: ${(error as Error).message}. Correct it, and send it again.`,
    );
  }
}

/**
 * Returns the first of the keys if the list is empty or its first item is not an object. Must be called only if the first item has none of
 * the keys.
 *
 * @throws `ModuleError` if the first item is an object.
 */
function getDefaultKey(first: unknown, keys: readonly string[]): string {
  if (!isObject(first)) return keys[0] as string;
  throw new ModuleError(
    `Expected item [0] to have ${describeMissingKey(first, keys)}. Store the text of every item under one of these keys.`,
  );
}

function readItem(item: unknown, index: number, key: string): Item {
  if (!isObject(item)) {
    throw new ModuleError(
      `Expected item [${index}] to be an object with the key "${key}", got ${formatValue(item)}. ` +
        'Store the text of every item under the same key.',
    );
  }
  const text = Object.hasOwn(item, key) ? item[key] : undefined;
  if (typeof text !== 'string') {
    throw new ModuleError(
      `Expected item [${index}] to have a string under "${key}", got ${formatValue(text)}. ` +
        'Store the text of every item under the same key.',
    );
  }
  return { text, lineNumbers: readLineNumbers(item.line_numbers, index) };
}

function readLineNumbers(value: unknown, index: number): readonly number[] | null {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value) && value.every((line): line is number => Number.isSafeInteger(line))) return value;
  throw new ModuleError(
    `Expected the line_numbers of item [${index}] to be an array of whole numbers, got ${formatValue(value)}. Correct or remove them.`,
  );
}
