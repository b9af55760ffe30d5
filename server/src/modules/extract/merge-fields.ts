import type { Json } from 'millrace/shared/types/json.js';
import type { Span } from './grounding/text-index.js';
import { isJsonObject, showPath, type Path } from './schema/paths.js';
import type { SchemaNode } from './schema/schema-node.js';

/** An extracted value, with the places in the text where its scalars were found. */
export type Field =
  | { readonly kind: 'scalar'; readonly value: Json; readonly places: readonly Span[] }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Field> }
  | { readonly kind: 'list'; readonly rows: readonly Field[] };

/** Two different values of a field, from different parts of a document. */
export interface Conflict {
  readonly path: Path;
  readonly used: Extract<Field, { kind: 'scalar' }>;
  readonly other: Extract<Field, { kind: 'scalar' }>;
}

const absent: Field = { kind: 'scalar', value: null, places: [] };

/** Combines a value with its places. @param places The places of each scalar, by path. */
export function toField(
  node: SchemaNode,
  value: Json,
  places: ReadonlyMap<string, readonly Span[]>,
  path: Path = [],
): Field {
  if (node.kind === 'scalar') return { kind: 'scalar', value, places: places.get(showPath(path)) ?? [] };
  if (node.kind === 'list') {
    const items: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : [];
    return { kind: 'list', rows: items.map((item, i) => toField(node.item, item, places, [...path, i])) };
  }
  if (!isJsonObject(value)) return absent;
  const fields = [...node.fields].map(
    ([name, field]) => [name, toField(field, value[name] ?? null, places, [...path, name])] as const,
  );
  return { kind: 'object', fields: new Map(fields) };
}

/**
 * Merges the values of a document's parts, in order. Of several scalars, the first one with a place is used. Lists are joined. A row
 * that is in two overlapping parts is kept once.
 */
export function mergeFields(parts: readonly Field[], onConflict: (conflict: Conflict) => void, path: Path = []): Field {
  const present = parts.filter((part) => !(part.kind === 'scalar' && part.value === null));
  const [first] = present;
  if (!first) return parts[0] ?? absent;
  if (present.length === 1) return first;
  if (first.kind === 'list')
    return { kind: 'list', rows: joinRows(present.map((part) => (part.kind === 'list' ? part.rows : []))) };
  if (first.kind === 'object') {
    const objects = present.flatMap((part) => (part.kind === 'object' ? [part.fields] : []));
    const fields = [...first.fields.keys()].map((name) => {
      const own = objects.map((object) => object.get(name) ?? absent);
      return [name, mergeFields(own, onConflict, [...path, name])] as const;
    });
    return { kind: 'object', fields: new Map(fields) };
  }
  const scalars = present.flatMap((part) => (part.kind === 'scalar' ? [part] : []));
  const found = scalars.filter(({ places }) => places.length > 0);
  const used = found[0] ?? first;
  const other = found.find(({ value }) => value !== used.value);
  if (other) onConflict({ path, used, other });
  // includes the places in other parts that have the same value
  const places = found.filter(({ value }) => value === used.value).flatMap((part) => part.places);
  return { ...used, places: uniqueSpans(places) };
}

function uniqueSpans(spans: readonly Span[]): Span[] {
  return [...new Map(spans.map((span) => [span.start, span])).values()];
}

/**
 * Joins the rows of parts. A row that is also in the next part is recognised by its place. Equal rows without places are the same row
 * only if they end a part and begin the next one. Elsewhere, they are different rows.
 */
function joinRows(parts: readonly (readonly Field[])[]): Field[] {
  const joined: Field[] = [];
  let before: number[] = [];
  for (const rows of parts) {
    const own: number[] = [];
    const overlap = countOverlap(
      before.map((at) => joined[at] as Field),
      rows,
    );
    for (const [i, row] of rows.entries()) {
      const same =
        i < overlap
          ? before[before.length - overlap + i]
          : before.find((at) => !own.includes(at) && isSamePlace(joined[at] as Field, row));
      if (same === undefined) own.push(joined.push(row) - 1);
      else {
        joined[same] = completeRow(joined[same] as Field, row);
        own.push(same);
      }
    }
    before = own;
  }
  return joined;
}

/** Returns how many rows at the end of a part are also at the beginning of the next part. */
function countOverlap(before: readonly Field[], rows: readonly Field[]): number {
  for (let count = Math.min(before.length, rows.length); count > 0; count--) {
    const last = before.slice(-count);
    if (last.every((row, i) => isSameRow(row, rows[i] as Field))) return count;
  }
  return 0;
}

function isSameRow(a: Field, b: Field): boolean {
  if (isPlaced(a) || isPlaced(b)) return isSamePlace(a, b);
  return JSON.stringify(valueOf(a)) === JSON.stringify(valueOf(b));
}

function isPlaced(row: Field): boolean {
  return [...scalarsOf(row).values()].some(({ places }) => places.length > 0);
}

/** Returns whether two rows are the same row: more fields have equal values at the same place than have different values. */
function isSamePlace(a: Field, b: Field): boolean {
  const [fieldsOfA, fieldsOfB] = [scalarsOf(a), scalarsOf(b)];
  let [together, apart] = [0, 0];
  for (const [path, { places, value }] of fieldsOfA) {
    const other = fieldsOfB.get(path);
    if (value === null || !other || other.value === null) continue;
    const isTogether = places.some(({ start }) => other.places.some((place) => place.start === start));
    if (isTogether && value === other.value) together += 1;
    else if (value !== other.value) apart += 1;
  }
  return together > apart;
}

/** Fills the null fields of a row at the end of a part with the values of the same row in the next part. */
function completeRow(a: Field, b: Field): Field {
  return mergeFields([a, b], () => undefined);
}

function scalarsOf(
  field: Field,
  path: Path = [],
  found = new Map<string, Conflict['used']>(),
): Map<string, Conflict['used']> {
  if (field.kind === 'scalar') found.set(showPath(path), field);
  else if (field.kind === 'list') for (const [i, row] of field.rows.entries()) scalarsOf(row, [...path, i], found);
  else for (const [name, own] of field.fields) scalarsOf(own, [...path, name], found);
  return found;
}

/** Returns the scalar fields with their paths, in order. */
export function fieldsOf(field: Field): Map<string, Conflict['used']> {
  return scalarsOf(field);
}

export function valueOf(field: Field): Json {
  if (field.kind === 'scalar') return field.value;
  if (field.kind === 'list') return field.rows.map(valueOf);
  return Object.fromEntries([...field.fields].map(([name, own]) => [name, valueOf(own)]));
}

/** Returns the field without the values that were not found in the text. */
export function onlyPlaced(field: Field): Field {
  if (field.kind === 'scalar') return field.places.length > 0 ? field : absent;
  if (field.kind === 'list') return { kind: 'list', rows: field.rows.map(onlyPlaced) };
  return { kind: 'object', fields: new Map([...field.fields].map(([name, own]) => [name, onlyPlaced(own)])) };
}
