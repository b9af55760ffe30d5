import { isObject } from 'millrace/shared/rules/format-value.js';
import type { Json } from 'millrace/shared/types/json.js';
import type { ScalarNode, SchemaNode } from './schema-node.js';

export type Path = readonly (string | number)[];

/** A scalar field with a value that is not null. */
export interface Leaf {
  readonly path: Path;
  readonly node: ScalarNode;
  readonly value: string | number | boolean;
}

/** Formats a path in JavaScript's notation: `lines[0].amount`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else text += text === '' ? key : `.${key}`;
  }
  return text;
}

/** Yields the non-null scalar fields of a value, in the order of the schema. */
export function* listLeaves(node: SchemaNode, value: Json, path: Path = []): Generator<Leaf> {
  if (value === null) return;
  if (node.kind === 'scalar') {
    if (typeof value !== 'object') yield { path, node, value };
  } else if (node.kind === 'list') {
    if (Array.isArray(value))
      for (const [i, item] of (value as readonly Json[]).entries()) yield* listLeaves(node.item, item, [...path, i]);
  } else if (isJsonObject(value)) {
    for (const [name, field] of node.fields) yield* listLeaves(field, value[name] ?? null, [...path, name]);
  }
}

/** Returns the path of the innermost list item that contains a field, or an empty path if the field is not in a list. */
export function getRowPath(path: Path): Path {
  return path.slice(0, path.findLastIndex((key) => typeof key === 'number') + 1);
}

/** Parses a path in any notation that models use: `$.lines[0].amount`, `/lines/0/amount`, `value.lines.0.amount`, `lines[].amount`. */
export function parsePath(text: string): string[] {
  const keys = text
    .replaceAll(/\[\s*["']?([^\]"']*)["']?\s*\]/g, '.$1')
    .split(/[./]/)
    .map((key) => key.trim())
    .filter((key) => key !== '' && key !== '$' && key !== '*');
  return keys[0] === 'value' && keys.length > 1 ? keys.slice(1) : keys;
}

/**
 * Returns whether a model's path refers to a field, or to an object or list that contains the field. A path without indexes refers to
 * the field in every list item.
 */
export function refersToField(modelKeys: readonly string[], path: Path): boolean {
  const fieldKeys = path.map((key) => normalizeName(String(key)));
  const keys = modelKeys.map(normalizeName);
  const hasIndex = keys.some((key) => /^\d+$/.test(key));
  const compared = hasIndex ? fieldKeys : fieldKeys.filter((_, i) => typeof path[i] !== 'number');
  return keys.length > 0 && keys.length <= compared.length && keys.every((key, i) => key === compared[i]);
}

/** Normalizes a field name or enum value for comparison, because models may change its case or word separators. */
export const normalizeName = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, '');

export function isJsonObject(value: Json): value is Readonly<Record<string, Json>> {
  return isObject(value);
}
