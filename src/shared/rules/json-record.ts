import type { Json } from '../types/json.js';
import { classOf, isDate, isError } from './class-of.js';

/** Marks a value that JSON cannot represent. */
const notJson = '[not json]';
const date = '[date]';

/** The limits for one recorded value. Anything beyond them is omitted. */
const maxValues = 100_000;
const maxCharacters = 4 * 2 ** 20;
const maxDepth = 200;

interface Budget {
  values: number;
  characters: number;
  /** The objects that enclose the current value. */
  readonly ancestors: Set<object>;
  readonly mark: (what: string, isDate?: boolean) => Json;
}

/**
 * Converts a value to human-readable JSON for a record. Values that JSON cannot represent are described in brackets, such as
 * `[Map of 3]`. Never throws.
 */
export function describeAsJson(value: unknown): Json {
  return copy(
    value,
    createBudget((what, isDate) => (isDate ? what : `[${what}]`)),
  );
}

/**
 * Converts a value to JSON for {@link restoreFromJson}. Dates are restored as dates. Values that JSON cannot represent are
 * marked, so that no program mistakes a description for the value. Never throws.
 */
export function keepAsJson(value: unknown): Json {
  return copy(
    value,
    createBudget((what, isDate) => ({ [isDate ? date : notJson]: what })),
  );
}

/** Returns the marker for a missing value, with the reason. {@link restoreFromJson} throws if it finds one. */
export function markNotJson(why: string): Json {
  return { [notJson]: why };
}

/**
 * Restores a value that {@link keepAsJson} returned.
 *
 * @throws `TypeError` with a description and the path of the value that JSON could not represent.
 */
export function restoreFromJson(json: Json, path = ''): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (isArray(json)) return json.map((item, index) => restoreFromJson(item, `${path}[${index}]`));
  const entries = Object.entries(json);
  const [[name, content] = []] = entries;
  if (entries.length === 1 && typeof content === 'string') {
    if (name === date) return new Date(content);
    if (name === notJson) {
      throw new TypeError(`Expected ${path === '' ? 'the value' : `\`${path}\``} to be JSON, got ${content}`);
    }
  }
  const restored = entries.map(([key, item]) => [key, restoreFromJson(item, path === '' ? key : `${path}.${key}`)]);
  return Object.fromEntries(restored as [string, unknown][]);
}

function createBudget(mark: Budget['mark']): Budget {
  return { values: 0, characters: 0, ancestors: new Set(), mark };
}

function copy(value: unknown, budget: Budget): Json {
  try {
    return copyAny(value, budget);
  } catch (error) {
    // a getter, a proxy or the value's `toJSON` threw
    return budget.mark(`unreadable: ${isError(error) ? error.message : typeof error}`);
  }
}

function copyAny(value: unknown, budget: Budget): Json {
  if (++budget.values > maxValues) return budget.mark('left out: too many values');
  switch (typeof value) {
    case 'string':
      budget.characters += value.length;
      return budget.characters > maxCharacters ? budget.mark('left out: too much text') : value;
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : budget.mark(String(value));
    case 'undefined':
      return null;
    case 'bigint':
      return budget.mark(`bigint ${value}`);
    case 'symbol':
      return budget.mark(String(value));
    case 'function':
      return budget.mark(`function ${value.name}`.trim());
    case 'object':
      return value === null ? null : copyObject(value, budget);
  }
}

function copyObject(value: object, budget: Budget): Json {
  if (isDate(value)) {
    return Number.isNaN(value.getTime()) ? budget.mark('invalid date') : budget.mark(value.toISOString(), true);
  }
  if (budget.ancestors.has(value)) return budget.mark('circular');
  if (budget.ancestors.size >= maxDepth) return budget.mark('left out: too deep');
  const opaque = describeOpaque(value);
  if (opaque !== undefined) return budget.mark(opaque);
  budget.ancestors.add(value);
  try {
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return copy((toJSON as () => unknown).call(value), budget);
    return Array.isArray(value) ? copyArray(value, budget) : copyFields(value, budget);
  } finally {
    budget.ancestors.delete(value);
  }
}

function copyArray(values: readonly unknown[], budget: Budget): Json {
  const items: Json[] = [];
  for (const item of values) {
    items.push(copy(item, budget));
    if (budget.values > maxValues) break;
  }
  return items;
}

function copyFields(value: object, budget: Budget): Json {
  const fields: [string, Json][] = [];
  for (const name of Object.keys(value)) {
    budget.characters += name.length;
    const field = readField(value, name);
    if (field !== undefined) fields.push([name, copy(field, budget)]);
    if (budget.values > maxValues) break;
  }
  // `fromEntries` defines each field, so `__proto__` becomes an ordinary field
  return Object.fromEntries(fields);
}

function readField(value: object, name: string): unknown {
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

/** Describes an object whose content is not stored in its fields. */
function describeOpaque(value: object): string | undefined {
  const className = classOf(value);
  if (className === 'Map' || className === 'Set')
    return `${value.constructor.name} of ${(value as Map<unknown, unknown> | Set<unknown>).size}`;
  if (ArrayBuffer.isView(value) || className === 'ArrayBuffer')
    return `${value.constructor.name} of ${(value as ArrayBuffer).byteLength} bytes`;
  if (isError(value)) return `${value.name}: ${value.message}`;
  if (className === 'Promise') return 'promise';
  if (className === 'RegExp') {
    const { source, flags } = value as RegExp;
    return `regular expression /${source}/${flags}`;
  }
  return undefined;
}

function isArray(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

/**
 * Converts a value to a JSON string that PostgreSQL accepts. NUL and lone surrogates, such as half of an emoji in a truncated
 * message, are replaced in values and in field names.
 */
export function toStorableJson(value: unknown): string {
  const text = JSON.stringify(value);
  // `JSON.stringify` escapes lone surrogates, but not pairs
  return unstorable.test(text) ? text.replaceAll(anyEscape, (escape) => (escape.length > 2 ? '\ufffd' : escape)) : text;
}

const unstorable = /\\u(?:0000|d[89a-f])/;

/** Matches every escape, so that the second of two backslashes is not mistaken for the start of another escape. */
const anyEscape = /\\(?:u(?:0000|d[89a-f][0-9a-f]{2})|.)/g;
