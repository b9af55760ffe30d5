import type { Json } from 'millrace/shared/types/json.js';
import type { Span } from './grounding/text-index.js';
import { isJsonObject, formatPath, type Path } from './schema/paths.js';
import type { SchemaNode } from './schema/schema-node.js';

/** An extracted value, with the spans where its scalars were found in the text. */
export type Field =
  | { readonly kind: 'scalar'; readonly value: Json; readonly spans: readonly Span[] }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Field> }
  | { readonly kind: 'list'; readonly rows: readonly Field[] };

/** Two different values of the same field, from different parts of a document. */
export interface Conflict {
  readonly path: Path;
  readonly used: Extract<Field, { kind: 'scalar' }>;
  readonly other: Extract<Field, { kind: 'scalar' }>;
}

const absentField: Field = { kind: 'scalar', value: null, spans: [] };

/** Combines a value with its spans. @param spans The spans of the scalars, by path. */
export function toField(
  node: SchemaNode,
  value: Json,
  spans: ReadonlyMap<string, readonly Span[]>,
  path: Path = [],
): Field {
  if (node.kind === 'scalar') return { kind: 'scalar', value, spans: spans.get(formatPath(path)) ?? [] };
  if (node.kind === 'list') {
    const items: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : [];
    return { kind: 'list', rows: items.map((item, i) => toField(node.item, item, spans, [...path, i])) };
  }
  if (!isJsonObject(value)) return absentField;
  const fields = [...node.fields].map(
    ([name, field]) => [name, toField(field, value[name] ?? null, spans, [...path, name])] as const,
  );
  return { kind: 'object', fields: new Map(fields) };
}

/**
 * Merges the values of a document's parts. For a scalar, uses the first value with a span, or else the first value that is not null.
 * Concatenates lists, and merges rows that occur in two consecutive parts.
 */
export function mergeFields(parts: readonly Field[], onConflict: (conflict: Conflict) => void, path: Path = []): Field {
  const present = parts.filter((part) => !(part.kind === 'scalar' && part.value === null));
  const [first] = present;
  if (!first) return parts[0] ?? absentField;
  if (present.length === 1) return first;
  if (first.kind === 'list')
    return { kind: 'list', rows: joinRows(present.map((part) => (part.kind === 'list' ? part.rows : []))) };
  if (first.kind === 'object') {
    const objects = present.flatMap((part) => (part.kind === 'object' ? [part.fields] : []));
    const fields = [...first.fields.keys()].map((name) => {
      const values = objects.map((object) => object.get(name) ?? absentField);
      return [name, mergeFields(values, onConflict, [...path, name])] as const;
    });
    return { kind: 'object', fields: new Map(fields) };
  }
  const scalars = present.flatMap((part) => (part.kind === 'scalar' ? [part] : []));
  const grounded = scalars.filter(({ spans }) => spans.length > 0);
  const used = grounded[0] ?? first;
  const other = grounded.find(({ value }) => value !== used.value);
  if (other) onConflict({ path, used, other });
  // include the spans of the same value in other parts
  const spans = grounded.filter(({ value }) => value === used.value).flatMap((part) => part.spans);
  return { ...used, spans: removeDuplicateSpans(spans) };
}

function removeDuplicateSpans(spans: readonly Span[]): Span[] {
  return [...new Map(spans.map((span) => [span.start, span])).values()];
}

/**
 * Concatenates the rows of parts. Merges two rows of consecutive parts if {@link isSameGroundedRow} returns true. Merges rows without
 * spans only in the overlap of the parts ({@link countOverlap}).
 */
function joinRows(parts: readonly (readonly Field[])[]): Field[] {
  const joined: Field[] = [];
  /** The indexes, in `joined`, of the previous part's rows. */
  let previousIndexes: number[] = [];
  for (const rows of parts) {
    const currentIndexes: number[] = [];
    const overlapLength = countOverlap(
      previousIndexes.map((at) => joined[at] as Field),
      rows,
    );
    for (const [i, row] of rows.entries()) {
      const existingIndex =
        i < overlapLength
          ? previousIndexes[previousIndexes.length - overlapLength + i]
          : previousIndexes.find((at) => !currentIndexes.includes(at) && isSameGroundedRow(joined[at] as Field, row));
      if (existingIndex === undefined) currentIndexes.push(joined.push(row) - 1);
      else {
        joined[existingIndex] = mergeRows(joined[existingIndex] as Field, row);
        currentIndexes.push(existingIndex);
      }
    }
    previousIndexes = currentIndexes;
  }
  return joined;
}

/** Returns the length of the overlap: the number of rows at the end of a part that are repeated at the beginning of the next part. */
function countOverlap(previous: readonly Field[], rows: readonly Field[]): number {
  for (let count = Math.min(previous.length, rows.length); count > 0; count--) {
    const lastRows = previous.slice(-count);
    if (lastRows.every((row, i) => isSameRow(row, rows[i] as Field))) return count;
  }
  return 0;
}

function isSameRow(a: Field, b: Field): boolean {
  if (isGrounded(a) || isGrounded(b)) return isSameGroundedRow(a, b);
  return JSON.stringify(getValue(a)) === JSON.stringify(getValue(b));
}

/** Returns whether any field of a row was found in the text. */
function isGrounded(row: Field): boolean {
  return [...collectScalars(row).values()].some(({ spans }) => spans.length > 0);
}

/** Returns whether two rows have more fields with equal values and a common span than fields with different values. Ignores null values. */
function isSameGroundedRow(a: Field, b: Field): boolean {
  const [scalarsOfA, scalarsOfB] = [collectScalars(a), collectScalars(b)];
  let [equal, different] = [0, 0];
  for (const [path, { spans, value }] of scalarsOfA) {
    const other = scalarsOfB.get(path);
    if (value === null || !other || other.value === null) continue;
    const hasCommonSpan = spans.some(({ start }) => other.spans.some((span) => span.start === start));
    if (hasCommonSpan && value === other.value) equal += 1;
    else if (value !== other.value) different += 1;
  }
  return equal > different;
}

/** Merges the two versions of a row that occurs in two parts. */
function mergeRows(a: Field, b: Field): Field {
  return mergeFields([a, b], () => undefined);
}

function collectScalars(
  field: Field,
  path: Path = [],
  found = new Map<string, Conflict['used']>(),
): Map<string, Conflict['used']> {
  if (field.kind === 'scalar') found.set(formatPath(path), field);
  else if (field.kind === 'list') for (const [i, row] of field.rows.entries()) collectScalars(row, [...path, i], found);
  else for (const [name, inner] of field.fields) collectScalars(inner, [...path, name], found);
  return found;
}

/** Returns the scalars of a field by path, in the order of the schema. */
export function getScalars(field: Field): Map<string, Conflict['used']> {
  return collectScalars(field);
}

/** Returns the value of a field, without spans. */
export function getValue(field: Field): Json {
  if (field.kind === 'scalar') return field.value;
  if (field.kind === 'list') return field.rows.map(getValue);
  return Object.fromEntries([...field.fields].map(([name, inner]) => [name, getValue(inner)]));
}

/** Replaces scalars that were not found in the text with null. */
export function replaceUngrounded(field: Field): Field {
  if (field.kind === 'scalar') return field.spans.length > 0 ? field : absentField;
  if (field.kind === 'list') return { kind: 'list', rows: field.rows.map(replaceUngrounded) };
  return {
    kind: 'object',
    fields: new Map([...field.fields].map(([name, inner]) => [name, replaceUngrounded(inner)])),
  };
}
