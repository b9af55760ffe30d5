import { isObject } from 'millrace/shared/rules/show-value.js';
import type { Json } from 'millrace/shared/types/json.js';
import type { ScalarNode, SchemaNode } from './schema-node.js';

export type Path = readonly (string | number)[];

/** A field with a value that is not null. */
export interface Leaf {
  readonly path: Path;
  readonly node: ScalarNode;
  readonly value: string | number | boolean;
}

/** Writes a path as users do: `lines[0].amount`. */
export function showPath(path: Path): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else text += text === '' ? key : `.${key}`;
  }
  return text;
}

/** Yields the fields of a value that has been converted to the schema, in order. */
export function* leavesOf(node: SchemaNode, value: Json, path: Path = []): Generator<Leaf> {
  if (value === null) return;
  if (node.kind === 'scalar') {
    if (typeof value !== 'object') yield { path, node, value };
  } else if (node.kind === 'list') {
    if (Array.isArray(value))
      for (const [i, item] of (value as readonly Json[]).entries()) yield* leavesOf(node.item, item, [...path, i]);
  } else if (isJsonObject(value)) {
    for (const [name, field] of node.fields) yield* leavesOf(field, value[name] ?? null, [...path, name]);
  }
}

/** Returns the path of the list item that a field belongs to, or an empty path if it is in no list. */
export function rowOf(path: Path): Path {
  return path.slice(0, path.findLastIndex((key) => typeof key === 'number') + 1);
}

/** Reads a path as models write it: `$.lines[0].amount`, `/lines/0/amount`, `value.lines.0.amount`, `lines[].amount`. */
export function readPath(text: string): string[] {
  const keys = text
    .replaceAll(/\[\s*["']?([^\]"']*)["']?\s*\]/g, '.$1')
    .split(/[./]/)
    .map((key) => key.trim())
    .filter((key) => key !== '' && key !== '$' && key !== '*');
  return keys[0] === 'value' && keys.length > 1 ? keys.slice(1) : keys;
}

/** Returns whether a model's path means a field, or an object or list that contains it. Without indexes, a path means every item. */
export function meansField(said: readonly string[], path: Path): boolean {
  const own = path.map((key) => fold(String(key)));
  const keys = said.map(fold);
  const hasIndex = keys.some((key) => /^\d+$/.test(key));
  const compared = hasIndex ? own : own.filter((_, i) => typeof path[i] !== 'number');
  return keys.length > 0 && keys.length <= compared.length && keys.every((key, i) => key === compared[i]);
}

/** Folds a name for comparison, because models change the case of names and the separators between words. */
export const fold = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, '');

/** `Array.isArray` does not narrow a read-only array. */
export function isJsonObject(value: Json): value is Readonly<Record<string, Json>> {
  return isObject(value);
}
