import type { Json } from '../types/json.js';

/** What stands for a value that JSON has no form for. */
const notJson = '[not json]';
const date = '[date]';

/** Of one recorded value; what is beyond is left out. */
const maxValues = 100_000;
const maxCharacters = 4 * 2 ** 20;
const maxDepth = 200;

interface Budget {
  values: number;
  characters: number;
  /** The objects that a value is inside of. */
  readonly above: Set<object>;
  readonly mark: (what: string, isDate?: boolean) => Json;
}

/**
 * A value for people to read in a record: as JSON would write it, where it can. What it cannot is described in brackets, such as
 * `[Map of 3]`. Never throws.
 */
export function describeAsJson(value: unknown): Json {
  return copy(
    value,
    open((what, isDate) => (isDate ? what : `[${what}]`)),
  );
}

/**
 * A value to be taken up again by {@link restoreFromJson}: dates come back as dates, and what JSON has no form for is marked,
 * so that nothing goes on with a description of it. Never throws.
 */
export function keepAsJson(value: unknown): Json {
  return copy(
    value,
    open((what, isDate) => ({ [isDate ? date : notJson]: what })),
  );
}

/** Stands, in what {@link restoreFromJson} reads, for a value that is not there: it says why, and nothing goes on with it. */
export function markNotJson(why: string): Json {
  return { [notJson]: why };
}

/** @throws `TypeError` that names what JSON had no form for, and where it was. */
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

function open(mark: Budget['mark']): Budget {
  return { values: 0, characters: 0, above: new Set(), mark };
}

function copy(value: unknown, budget: Budget): Json {
  try {
    return copyAny(value, budget);
  } catch (error) {
    // a getter, a proxy or a `toJSON` of the caller's
    return budget.mark(`unreadable: ${error instanceof Error ? error.message : typeof error}`);
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
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? budget.mark('invalid date') : budget.mark(value.toISOString(), true);
  }
  if (budget.above.has(value)) return budget.mark('circular');
  if (budget.above.size >= maxDepth) return budget.mark('left out: too deep');
  const opaque = describeOpaque(value);
  if (opaque !== undefined) return budget.mark(opaque);
  budget.above.add(value);
  try {
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return copy((toJSON as () => unknown).call(value), budget);
    return Array.isArray(value) ? copyArray(value, budget) : copyFields(value, budget);
  } finally {
    budget.above.delete(value);
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
  // defines each field, so that `__proto__` is one like any other
  return Object.fromEntries(fields);
}

function readField(value: object, name: string): unknown {
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

/** What is of a kind whose fields are not its content. */
function describeOpaque(value: object): string | undefined {
  if (value instanceof Map || value instanceof Set) return `${value.constructor.name} of ${value.size}`;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    return `${value.constructor.name} of ${value.byteLength} bytes`;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Promise) return 'promise';
  if (value instanceof RegExp) return `regular expression ${String(value)}`;
  return undefined;
}

function isArray(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

/**
 * A value as JSON text that PostgreSQL takes: what no text of its can hold (NUL, and half of a surrogate pair, as a message cut in
 * the middle of an emoji has) is replaced, in the names of fields as well as in values.
 */
export function toStorableJson(value: unknown): string {
  const text = JSON.stringify(value);
  // `JSON.stringify` escapes halves and leaves whole pairs as they are
  return unstorable.test(text) ? text.replaceAll(anyEscape, (escape) => (escape.length > 2 ? '\ufffd' : escape)) : text;
}

const unstorable = /\\u(?:0000|d[89a-f])/;

/** Every escape is gone through in turn, so that the second of two backslashes begins none. */
const anyEscape = /\\(?:u(?:0000|d[89a-f][0-9a-f]{2})|.)/g;
