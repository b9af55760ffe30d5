import { isObject } from 'millrace/shared/rules/format-value.js';
import type { Json } from 'millrace/shared/types/json.js';
import { normalizeName, type Path } from '../schema/paths.js';
import type { ScalarNode, SchemaNode } from '../schema/schema-node.js';
import { parsePossibleDates } from './dates.js';
import { parseNumber } from './numbers.js';
import { NumberLiteral } from './parse-lenient-json.js';

/** A value that was not converted, because it does not fit its field or is ambiguous. */
export interface UnconvertedValue {
  readonly path: Path;
  readonly value: Json;
  /** A description of the values that fit the field, such as `a number`. */
  readonly expected: string;
}

export interface ConversionResult {
  readonly value: Json;
  /** The values that were not converted. They are null in `value`. */
  readonly unconverted: readonly UnconvertedValue[];
}

/** Matches the placeholders that models return if the document does not contain a value. */
const absentPattern = /^(|null|n\/?a|not (available|specified|found|given|stated|mentioned|provided))$/i;

/**
 * Converts a model's value to fit the schema: sets missing fields to null or an empty list, removes unknown fields, and normalizes scalars
 * such as numbers and dates. A value that does not fit or is ambiguous becomes null.
 */
export function convertValue(node: SchemaNode, input: unknown): ConversionResult {
  const unconverted: UnconvertedValue[] = [];
  return { value: convert(node, input, [], unconverted), unconverted };
}

function convert(node: SchemaNode, input: unknown, path: Path, unconverted: UnconvertedValue[]): Json {
  if (node.kind === 'list') {
    const items: unknown[] = Array.isArray(input) ? input : input === null || input === undefined ? [] : [input];
    return items.filter((item) => item !== null).map((item, i) => convert(node.item, item, [...path, i], unconverted));
  }
  if (input === null || input === undefined) return null;
  if (node.kind === 'scalar') return convertScalar(node, input, path, unconverted);
  if (!isObject(input) || input instanceof NumberLiteral) return addUnconverted(input, path, 'an object', unconverted);
  const byName = new Map(Object.entries(input).map(([name, value]) => [normalizeName(name), value]));
  return Object.fromEntries(
    [...node.fields].map(([name, field]) => {
      const value = Object.hasOwn(input, name) ? input[name] : byName.get(normalizeName(name));
      return [name, convert(field, value, [...path, name], unconverted)];
    }),
  );
}

function convertScalar(node: ScalarNode, input: unknown, path: Path, unconverted: UnconvertedValue[]): Json {
  const { types, values, format } = node;
  // some models wrap a single value in a list
  const single: unknown = Array.isArray(input) && input.length === 1 ? input[0] : input;
  const isNumeric = types.includes('number') || types.includes('integer');
  const isText = types.includes('string') && !isNumeric;
  const value = single instanceof NumberLiteral ? (isText ? single.text : single.value) : single;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    return addUnconverted(value, path, 'a single value', unconverted);
  }
  if (values) {
    const exactMatch = values.find((allowed) => allowed === value);
    const foldedMatches = values.filter(
      (allowed) => normalizeName(JSON.stringify(allowed)) === normalizeName(JSON.stringify(value)),
    );
    if (exactMatch !== undefined) return exactMatch;
    if (foldedMatches.length === 1) return foldedMatches[0] as Json;
    if (typeof value === 'string' && absentPattern.test(value.trim())) return null;
    return addUnconverted(
      value,
      path,
      `one of ${values.map((allowed) => JSON.stringify(allowed)).join(', ')}`,
      unconverted,
    );
  }
  if (typeof value === 'string' && absentPattern.test(value.trim())) return null;
  if (format === 'date' && typeof value === 'string') {
    const dates = parsePossibleDates(value.replace(/T[\d:.]+Z?$/, ''));
    return dates.length === 1
      ? (dates[0] as string)
      : addUnconverted(value, path, 'a date in the format YYYY-MM-DD', unconverted);
  }
  if (fits(types, value)) return value;
  if (types.includes('string')) return String(value);
  if (isNumeric && typeof value === 'string') {
    const numbers = parseNumber(value).filter((number) => fits(types, number));
    if (numbers.length === 1) return numbers[0] as number;
  }
  if (types.includes('boolean') && typeof value === 'string') {
    if (/^(true|yes)$/i.test(value.trim())) return true;
    if (/^(false|no)$/i.test(value.trim())) return false;
  }
  const numberType = types.includes('number') ? 'a number' : 'a whole number';
  return addUnconverted(value, path, isNumeric ? numberType : 'true or false', unconverted);
}

function fits(types: ScalarNode['types'], value: string | number | boolean): boolean {
  if (typeof value !== 'number') return types.includes(typeof value as 'string' | 'boolean');
  return Number.isFinite(value) && (types.includes('number') || (types.includes('integer') && Number.isInteger(value)));
}

function addUnconverted(value: unknown, path: Path, expected: string, unconverted: UnconvertedValue[]): null {
  const plainValue = value instanceof NumberLiteral ? value.value : (value ?? null);
  unconverted.push({ path, value: plainValue as Json, expected });
  return null;
}
