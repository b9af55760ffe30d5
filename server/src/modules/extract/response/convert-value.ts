import { isObject } from 'millrace/shared/rules/show-value.js';
import type { Json } from 'millrace/shared/types/json.js';
import { fold, type Path } from '../schema/paths.js';
import type { ScalarNode, SchemaNode } from '../schema/schema-node.js';
import { readDate } from './dates.js';
import { readNumber } from './numbers.js';
import { WrittenNumber } from './read-json.js';

/** A value that cannot be converted, because it is not of the expected type, or has several meanings. */
export interface Unclear {
  readonly path: Path;
  readonly value: Json;
  /** A description of the expected type, such as `a number`. */
  readonly expected: string;
}

export interface Converted {
  readonly value: Json;
  /** The values that could not be converted. They are null in `value`. */
  readonly unclear: readonly Unclear[];
}

/** Texts with which models express that a value is not in the document. */
const absent = /^(|null|n\/?a|not (available|specified|found|given|stated|mentioned|provided))$/i;

/**
 * Converts a model's value to the schema: adds missing fields, removes others, and converts numbers and dates in other notations if they
 * have only one meaning.
 */
export function convertValue(node: SchemaNode, given: unknown): Converted {
  const unclear: Unclear[] = [];
  return { value: convert(node, given, [], unclear), unclear };
}

function convert(node: SchemaNode, given: unknown, path: Path, unclear: Unclear[]): Json {
  if (node.kind === 'list') {
    const items: unknown[] = Array.isArray(given) ? given : given === null || given === undefined ? [] : [given];
    return items.filter((item) => item !== null).map((item, i) => convert(node.item, item, [...path, i], unclear));
  }
  if (given === null || given === undefined) return null;
  if (node.kind === 'scalar') return convertScalar(node, given, path, unclear);
  if (!isObject(given) || given instanceof WrittenNumber) return noteUnclear(given, path, 'an object', unclear);
  const byName = new Map(Object.entries(given).map(([name, value]) => [fold(name), value]));
  return Object.fromEntries(
    [...node.fields].map(([name, field]) => {
      const value = Object.hasOwn(given, name) ? given[name] : byName.get(fold(name));
      return [name, convert(field, value, [...path, name], unclear)];
    }),
  );
}

function convertScalar(node: ScalarNode, given: unknown, path: Path, unclear: Unclear[]): Json {
  const { types, values, format } = node;
  // some models return a single value as a list
  const single: unknown = Array.isArray(given) && given.length === 1 ? given[0] : given;
  const isNumeric = types.includes('number') || types.includes('integer');
  const isText = types.includes('string') && !isNumeric;
  const value = single instanceof WrittenNumber ? (isText ? single.digits : single.value) : single;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    return noteUnclear(value, path, 'a single value', unclear);
  }
  if (values) {
    const exact = values.find((allowed) => allowed === value);
    const folded = values.filter((allowed) => fold(JSON.stringify(allowed)) === fold(JSON.stringify(value)));
    if (exact !== undefined) return exact;
    if (folded.length === 1) return folded[0] as Json;
    if (typeof value === 'string' && absent.test(value.trim())) return null;
    return noteUnclear(value, path, `one of ${values.map((allowed) => JSON.stringify(allowed)).join(', ')}`, unclear);
  }
  if (typeof value === 'string' && absent.test(value.trim())) return null;
  if (format === 'date' && typeof value === 'string') {
    const dates = readDate(value.replace(/T[\d:.]+Z?$/, ''));
    return dates.length === 1 ? (dates[0] as string) : noteUnclear(value, path, 'a date as YYYY-MM-DD', unclear);
  }
  if (fits(types, value)) return value;
  if (types.includes('string')) return String(value);
  if (isNumeric && typeof value === 'string') {
    const numbers = readNumber(value).filter((number) => fits(types, number));
    if (numbers.length === 1) return numbers[0] as number;
  }
  if (types.includes('boolean') && typeof value === 'string') {
    if (/^(true|yes)$/i.test(value.trim())) return true;
    if (/^(false|no)$/i.test(value.trim())) return false;
  }
  const whole = types.includes('number') ? 'a number' : 'a whole number';
  return noteUnclear(value, path, isNumeric ? whole : 'true or false', unclear);
}

function fits(types: ScalarNode['types'], value: string | number | boolean): boolean {
  if (typeof value !== 'number') return types.includes(typeof value as 'string' | 'boolean');
  return Number.isFinite(value) && (types.includes('number') || (types.includes('integer') && Number.isInteger(value)));
}

function noteUnclear(value: unknown, path: Path, expected: string, unclear: Unclear[]): null {
  const plain = value instanceof WrittenNumber ? value.value : (value ?? null);
  unclear.push({ path, value: plain as Json, expected });
  return null;
}
