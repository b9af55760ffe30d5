import type { Json } from '../types/json.js';
import { classOf, isDate, isError, isPlain } from './class-of.js';
import { escapeText, isStorable } from './storable-json.js';

/** Marks a value that JSON cannot represent. */
const notJson = '[not json]';
const date = '[date]';
const missing = '[undefined]';
/** Marks a string that PostgreSQL cannot store. The content is its JSON form, without the quotes. */
const escaped = '[text]';
/** An object whose only field looks like a mark gets one more pair of brackets around the field's name. */
const looksLikeMark = /^\[+(?:not json|date|undefined|text)\]+$/;

/** The limits for one recorded value. Anything beyond them is omitted. */
const maxValues = 100_000;
const maxCharacters = 4 * 2 ** 20;
const maxDepth = 200;

/** A value as JSON. */
export interface RecordedValue {
  readonly json: Json;
  /** Why the value cannot be restored from the JSON; `undefined` if it can. */
  readonly loss: string | undefined;
}

interface Budget {
  values: number;
  characters: number;
  /** The objects that enclose the current value. */
  readonly ancestors: Set<object>;
  /** Whether the JSON is for {@link restoreFromJson}. Otherwise it is for people. */
  readonly isKept: boolean;
  loss: string | undefined;
}

/**
 * Converts a value to human-readable JSON for a record. Values that JSON cannot represent are described in brackets, such as
 * `[Map of 3]`. Never throws.
 *
 * @returns `loss` is also set if {@link restoreFromJson} would return a different value, such as a string for a date.
 */
export function describeValue(value: unknown): RecordedValue {
  return convert(value, false);
}

/** Like {@link describeValue}, but returns only the JSON. */
export function describeAsJson(value: unknown): Json {
  return describeValue(value).json;
}

/**
 * Converts a value to JSON for {@link restoreFromJson}. Dates are restored as dates, and `undefined` in an array as `undefined`.
 * Values that JSON cannot represent, such as instances of classes, are marked, so that no program mistakes a description for the
 * value. Never throws.
 */
export function keepValue(value: unknown): RecordedValue {
  return convert(value, true);
}

/** Like {@link keepValue}, but returns only the JSON. */
export function keepAsJson(value: unknown): Json {
  return keepValue(value).json;
}

/** Returns the mark for a value that was left out, with the reason. {@link restoreFromJson} throws if it finds one. */
export function markNotJson(why: string): Json {
  return { [notJson]: why };
}

/**
 * Restores a value from the JSON that {@link keepAsJson} returned.
 *
 * @throws `TypeError` with a description and the path of the value that JSON could not represent.
 */
export function restoreFromJson(json: Json, path = ''): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (isArray(json)) return json.map((item, index) => restoreFromJson(item, `${path}[${index}]`));
  const entries = Object.entries(json);
  const [[name, content] = []] = entries;
  if (entries.length === 1 && name !== undefined && name.startsWith('[')) {
    if (typeof content === 'string' && marks.has(name)) return restoreMarked(name, content, path);
    if (looksLikeMark.test(name)) return { [name.slice(1, -1)]: restoreFromJson(content as Json, path) };
  }
  const restored = entries.map(([key, item]) => [key, restoreFromJson(item, path === '' ? key : `${path}.${key}`)]);
  return Object.fromEntries(restored as [string, unknown][]);
}

const marks: ReadonlySet<string> = new Set([notJson, date, missing, escaped]);

function restoreMarked(mark: string, content: string, path: string): unknown {
  if (mark === date) return new Date(content);
  if (mark === missing) return undefined;
  if (mark === escaped) return JSON.parse(`"${content}"`);
  throw new TypeError(`Expected ${path === '' ? 'the value' : `\`${path}\``} to be JSON, got ${content}`);
}

function convert(value: unknown, isKept: boolean): RecordedValue {
  const budget: Budget = { values: 0, characters: 0, ancestors: new Set(), isKept, loss: undefined };
  const json = copy(value, budget);
  return { json, loss: budget.loss };
}

/** Returns the JSON for a value that JSON cannot represent. */
function mark(budget: Budget, what: string): Json {
  budget.loss ??= what;
  return budget.isKept ? { [notJson]: what } : `[${what}]`;
}

/** Returns the JSON for a value that only {@link restoreFromJson} can restore. */
function tag(budget: Budget, name: string, content: string, shown: Json): Json {
  if (budget.isKept) return { [name]: content };
  budget.loss ??= 'a value that is only described';
  return shown;
}

function copy(value: unknown, budget: Budget): Json {
  try {
    return copyAny(value, budget);
  } catch (error) {
    // a getter, a proxy or the value's `toJSON` threw
    return mark(budget, `unreadable: ${isError(error) ? error.message : typeof error}`);
  }
}

function copyAny(value: unknown, budget: Budget): Json {
  if (++budget.values > maxValues) return mark(budget, 'left out: too many values');
  switch (typeof value) {
    case 'string':
      budget.characters += value.length;
      if (budget.characters > maxCharacters) return mark(budget, 'left out: too much text');
      return isStorable(value) ? value : tag(budget, escaped, escapeText(value), value);
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : mark(budget, String(value));
    case 'undefined':
      return tag(budget, missing, '', null);
    case 'bigint':
      return mark(budget, `bigint ${value}`);
    case 'symbol':
      return mark(budget, String(value));
    case 'function':
      return mark(budget, `function ${value.name}`.trim());
    case 'object':
      return value === null ? null : copyObject(value, budget);
  }
}

function copyObject(value: object, budget: Budget): Json {
  if (isDate(value)) {
    if (Number.isNaN(value.getTime())) return mark(budget, 'invalid date');
    return tag(budget, date, value.toISOString(), value.toISOString());
  }
  if (budget.ancestors.has(value)) return mark(budget, 'circular');
  if (budget.ancestors.size >= maxDepth) return mark(budget, 'left out: too deep');
  const opaque = describeOpaque(value);
  if (opaque !== undefined) return mark(budget, opaque);
  const own = describeInstance(value);
  if (own !== undefined) {
    budget.loss ??= own;
    if (budget.isKept) return { [notJson]: own };
  }
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
  const names = Object.keys(value);
  for (const name of names) {
    budget.characters += name.length;
    const field = readField(value, name, budget);
    if (field !== undefined) fields.push([name, copy(field, budget)]);
    if (budget.values > maxValues) break;
  }
  const [only] = fields;
  if (fields.length === 1 && only && looksLikeMark.test(only[0])) {
    if (budget.isKept) only[0] = `[${only[0]}]`;
    else budget.loss ??= 'a value that is only described';
  }
  // `fromEntries` defines each field, so `__proto__` becomes an ordinary field
  return Object.fromEntries(fields);
}

function readField(value: object, name: string, budget: Budget): unknown {
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    budget.loss ??= `an object whose field '${name}' cannot be read`;
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

/** Describes an object that its fields do not reproduce: an instance of a class, one with `toJSON`, or an array with named fields. */
function describeInstance(value: object): string | undefined {
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function' && isPlain(value)) return 'an object with `toJSON`';
  if (Array.isArray(value)) return describeArray(value);
  return isPlain(value) ? undefined : `an instance of ${className(value)}`;
}

function describeArray(value: readonly unknown[]): string | undefined {
  const name = className(value);
  if (name !== 'Array') return `an instance of ${name}`;
  // the names of fields come after the indexes; a match of a regular expression has such fields
  const last = Object.keys(value).at(-1);
  return last === undefined || Number(last) < value.length ? undefined : `an array with the field '${last}'`;
}

function className(value: object): string {
  const { constructor } = value as { constructor?: unknown };
  return (typeof constructor === 'function' && constructor.name) || classOf(value);
}

function isArray(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}
