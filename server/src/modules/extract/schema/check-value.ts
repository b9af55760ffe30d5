import * as z from 'zod';
import type { Json } from 'millrace/shared/types/json.js';
import { formatPath, type Path } from './paths.js';
import { SchemaError } from './schema-node.js';

/** The result of checking a value against a schema. */
export interface CheckResult {
  /** The paths of required fields that are missing or null. */
  readonly missing: readonly Path[];
  /** Other violations of the schema. */
  readonly violations: readonly Violation[];
}

interface Violation {
  /** The path of the value and the problem, as `path: problem`. */
  readonly message: string;
  /** Whether the problem is a list with fewer items than the schema requires. */
  readonly hasTooFewItems: boolean;
}

/** Returns a function that checks values against a schema. @throws {@link SchemaError} if the schema uses unsupported features. */
export function createValueChecker(schema: Readonly<Record<string, Json>>): (value: Json) => CheckResult {
  let checker: z.ZodType;
  try {
    checker = z.fromJSONSchema(schema);
  } catch (error) {
    throw new SchemaError(`use only supported features: ${(error as Error).message}`);
  }
  return (value) => {
    const result = checker.safeParse(removeNulls(value));
    if (result.success) return { missing: [], violations: [] };
    const missing: Path[] = [];
    const violations = new Map<string, Violation>();
    for (const issue of result.error.issues.flatMap(flattenIssue)) {
      const path = issue.path as Path;
      const message = `${formatPath(path) || 'the value'}: ${issue.message}`;
      if (isAbsent(value, path)) missing.push(path);
      else violations.set(message, { message, hasTooFewItems: issue.code === 'too_small' && issue.origin === 'array' });
    }
    return { missing, violations: [...violations.values()] };
  };
}

/** Removes null fields, so that the checker treats them as missing: it reports required ones and accepts optional ones. */
function removeNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(removeNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, field]) => (field === null ? [] : [[key, removeNulls(field)]])),
  );
}

/** Replaces an issue about a union with the issues of the variant that has the fewest. */
function flattenIssue(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const best = issue.errors.reduce((fewest, errors) => (errors.length < fewest.length ? errors : fewest));
  return best.flatMap(flattenIssue).map((leaf) => ({ ...leaf, path: [...issue.path, ...leaf.path] }));
}

/** Returns whether the value at a path is missing or null. */
function isAbsent(value: Json, path: Path): boolean {
  let field: unknown = value;
  for (const key of path)
    field = typeof field === 'object' && field !== null ? (field as Record<PropertyKey, unknown>)[key] : undefined;
  return field === null || field === undefined;
}
