import type { Json } from '../types/json.js';
import { isDate, isError } from './class-of.js';
import { describeNonPlainObject, describeOpaqueObject } from './describe-object.js';
import { escapeJsonString, isStorable } from './storable-json.js';

/** Marks a value that cannot be restored. A mark is the name of an object's only field, as in `{ "[not json]": "Map of 3" }`. */
const notJsonMark = '[not json]';
const dateMark = '[date]';
const undefinedMark = '[undefined]';
/** Marks a string that PostgreSQL cannot store. The field contains the string with JSON escapes. */
const textMark = '[text]';
/**
 * Matches field names that could be mistaken for marks. If the name of an object's only field matches, {@link toRestorable} encloses the
 * name in another pair of brackets.
 */
const markLikePattern = /^\[+(?:not json|date|undefined|text)\]+$/;

/** The limits for one recorded value, including nested values. Anything beyond the limits is left out. */
const maxValues = 100_000;
const maxCharacters = 4 * 2 ** 20;
const maxDepth = 200;

/** A value converted to JSON. */
export interface RecordedValue {
  readonly json: Json;
  /** Why the value cannot be restored from the JSON; `undefined` if it can. */
  readonly loss: string | undefined;
}

/** The state of one conversion to JSON. */
interface Conversion {
  /** The number of values converted so far, including the current one. */
  valueCount: number;
  /** The number of characters in the strings and field names converted so far. */
  characterCount: number;
  /** The objects that enclose the current value. */
  readonly ancestors: Set<object>;
  /** Whether the JSON is for {@link restoreFromJson}. If false, it is for people to read. */
  readonly isForRestoring: boolean;
  /** The first reason why the value cannot be restored. */
  loss: string | undefined;
}

/**
 * Converts a value to human-readable JSON. Handles dates, class instances and `undefined` as `JSON.stringify` does. Other values that JSON
 * cannot represent become descriptions in brackets, such as `[Map of 3]`. Never throws.
 *
 * @returns The JSON. `loss` is set if the value cannot be restored from the JSON, for example because a date became a string.
 */
export function describeValue(value: unknown): RecordedValue {
  return convert(value, false);
}

/** Like {@link describeValue}, but returns only the JSON. */
export function describeAsJson(value: unknown): Json {
  return describeValue(value).json;
}

/**
 * Converts a value to JSON from which {@link restoreFromJson} can restore it, including dates and `undefined`. Fields whose value is
 * `undefined` are left out. Values that cannot be restored, such as class instances, are marked, and {@link restoreFromJson} throws if it
 * finds a marked value. Never throws.
 */
export function toRestorable(value: unknown): RecordedValue {
  return convert(value, true);
}

/** Like {@link toRestorable}, but returns only the JSON. */
export function toRestorableJson(value: unknown): Json {
  return toRestorable(value).json;
}

/**
 * Returns the placeholder for a value that was left out. For the placeholder, {@link restoreFromJson} throws a `TypeError` with
 * the reason.
 */
export function createLeftOutPlaceholder(reason: string): Json {
  return { [notJsonMark]: reason };
}

/**
 * Restores a value from the JSON that {@link toRestorableJson} returned.
 *
 * @throws `TypeError` if a value cannot be restored.
 */
export function restoreFromJson(json: Json, path = ''): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (isArray(json)) return json.map((item, index) => restoreFromJson(item, `${path}[${index}]`));
  const entries = Object.entries(json);
  const [[name, content] = []] = entries;
  if (entries.length === 1 && name !== undefined && name.startsWith('[')) {
    if (typeof content === 'string' && marks.has(name)) return restoreMarked(name, content, path);
    if (markLikePattern.test(name)) return { [name.slice(1, -1)]: restoreFromJson(content as Json, path) };
  }
  const restored = entries.map(([key, item]) => [key, restoreFromJson(item, path === '' ? key : `${path}.${key}`)]);
  return Object.fromEntries(restored as [string, unknown][]);
}

const marks: ReadonlySet<string> = new Set([notJsonMark, dateMark, undefinedMark, textMark]);

function restoreMarked(mark: string, content: string, path: string): unknown {
  if (mark === dateMark) return new Date(content);
  if (mark === undefinedMark) return undefined;
  if (mark === textMark) return JSON.parse(`"${content}"`);
  throw new TypeError(`Expected ${path === '' ? 'the value' : `\`${path}\``} to be JSON, got ${content}`);
}

function convert(value: unknown, isForRestoring: boolean): RecordedValue {
  const conversion: Conversion = {
    valueCount: 0,
    characterCount: 0,
    ancestors: new Set(),
    isForRestoring,
    loss: undefined,
  };
  const json = convertSafely(value, conversion);
  return { json, loss: conversion.loss };
}

/** Returns JSON that describes a value that cannot be restored, and records the loss. */
function markLost(conversion: Conversion, description: string): Json {
  conversion.loss ??= description;
  return conversion.isForRestoring ? { [notJsonMark]: description } : `[${description}]`;
}

/**
 * Encodes a value that cannot be stored as plain JSON, so that {@link restoreFromJson} can restore it.
 *
 * @param readable The JSON to return if the conversion is not for restoring.
 */
function encodeWithMark(conversion: Conversion, mark: string, content: string, readable: Json): Json {
  if (conversion.isForRestoring) return { [mark]: content };
  conversion.loss ??= 'a value that is only described';
  return readable;
}

function convertSafely(value: unknown, conversion: Conversion): Json {
  try {
    return convertValue(value, conversion);
  } catch (error) {
    // a getter, a proxy or the value's `toJSON` threw
    return markLost(conversion, `unreadable: ${isError(error) ? error.message : typeof error}`);
  }
}

function convertValue(value: unknown, conversion: Conversion): Json {
  if (++conversion.valueCount > maxValues) return markLost(conversion, 'left out: too many values');
  switch (typeof value) {
    case 'string':
      conversion.characterCount += value.length;
      if (conversion.characterCount > maxCharacters) return markLost(conversion, 'left out: too much text');
      return isStorable(value) ? value : encodeWithMark(conversion, textMark, escapeJsonString(value), value);
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : markLost(conversion, String(value));
    case 'undefined':
      return encodeWithMark(conversion, undefinedMark, '', null);
    case 'bigint':
      return markLost(conversion, `bigint ${value}`);
    case 'symbol':
      return markLost(conversion, String(value));
    case 'function':
      return markLost(conversion, `function ${value.name}`.trim());
    case 'object':
      return value === null ? null : convertObject(value, conversion);
  }
}

function convertObject(value: object, conversion: Conversion): Json {
  if (isDate(value)) {
    if (Number.isNaN(value.getTime())) return markLost(conversion, 'invalid date');
    return encodeWithMark(conversion, dateMark, value.toISOString(), value.toISOString());
  }
  if (conversion.ancestors.has(value)) return markLost(conversion, 'circular');
  if (conversion.ancestors.size >= maxDepth) return markLost(conversion, 'left out: too deep');
  const opaque = describeOpaqueObject(value);
  if (opaque !== undefined) return markLost(conversion, opaque);
  const nonPlain = describeNonPlainObject(value);
  if (nonPlain !== undefined) {
    conversion.loss ??= nonPlain;
    if (conversion.isForRestoring) return { [notJsonMark]: nonPlain };
  }
  conversion.ancestors.add(value);
  try {
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return convertSafely((toJSON as () => unknown).call(value), conversion);
    return Array.isArray(value) ? convertArray(value, conversion) : convertFields(value, conversion);
  } finally {
    conversion.ancestors.delete(value);
  }
}

function convertArray(values: readonly unknown[], conversion: Conversion): Json {
  const items: Json[] = [];
  for (const item of values) {
    items.push(convertSafely(item, conversion));
    if (conversion.valueCount > maxValues) break;
  }
  return items;
}

function convertFields(value: object, conversion: Conversion): Json {
  const fields: [string, Json][] = [];
  for (const name of Object.keys(value)) {
    conversion.characterCount += name.length;
    const field = readField(value, name, conversion);
    if (field !== undefined) fields.push([name, convertSafely(field, conversion)]);
    if (conversion.valueCount > maxValues) break;
  }
  const [first] = fields;
  if (fields.length === 1 && first && markLikePattern.test(first[0])) {
    if (conversion.isForRestoring) first[0] = `[${first[0]}]`;
    else conversion.loss ??= 'a value that is only described';
  }
  // `fromEntries` defines each field, so `__proto__` becomes an ordinary field
  return Object.fromEntries(fields);
}

function readField(value: object, name: string, conversion: Conversion): unknown {
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    conversion.loss ??= `an object whose field '${name}' cannot be read`;
    return undefined;
  }
}

function isArray(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}
