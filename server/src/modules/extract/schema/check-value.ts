import * as z from 'zod';
import type { Json } from 'millrace/shared/types/json.js';
import { showPath, type Path } from './paths.js';
import { SchemaError } from './schema-node.js';

export interface ValueFaults {
  /** Required fields that are null. */
  readonly missing: readonly Path[];
  /** Other violations of the schema. */
  readonly faults: readonly ValueFault[];
}

interface ValueFault {
  /** The path of the value, and the problem. */
  readonly message: string;
  /** Whether a list has fewer entries than the schema requires. */
  readonly isTooFew: boolean;
}

/** Returns a function that checks values. @throws {@link SchemaError} if the schema uses features that cannot be checked. */
export function valueChecker(schema: Readonly<Record<string, Json>>): (value: Json) => ValueFaults {
  let checker: z.ZodType;
  try {
    checker = z.fromJSONSchema(schema);
  } catch (error) {
    throw new SchemaError(`be one that can be checked: ${(error as Error).message}`);
  }
  return (value) => {
    const result = checker.safeParse(withoutNulls(value));
    if (result.success) return { missing: [], faults: [] };
    const missing: Path[] = [];
    const faults = new Map<string, ValueFault>();
    for (const issue of result.error.issues.flatMap(leavesOf)) {
      const path = issue.path as Path;
      const message = `${showPath(path) || 'the value'}: ${issue.message}`;
      if (isAbsent(value, path)) missing.push(path);
      else faults.set(message, { message, isTooFew: issue.code === 'too_small' && issue.origin === 'array' });
    }
    return { missing, faults: [...faults.values()] };
  };
}

/** Removes null fields, because null means that the value is not in the text, like a missing field. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, field]) => (field === null ? [] : [[key, withoutNulls(field)]])),
  );
}

/** Returns the issues of the variant of a union that fits best. */
function leavesOf(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const best = issue.errors.reduce((fewest, errors) => (errors.length < fewest.length ? errors : fewest));
  return best.flatMap(leavesOf).map((leaf) => ({ ...leaf, path: [...issue.path, ...leaf.path] }));
}

function isAbsent(value: Json, path: Path): boolean {
  let at: unknown = value;
  for (const key of path)
    at = typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined;
  return at === null || at === undefined;
}
