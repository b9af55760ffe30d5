import { createHash } from 'node:crypto';
import { toRestorable } from '../../shared/rules/json-record.js';
import type { Json } from '../../shared/types/json.js';

/** Identifies a call when the enclosing run is resumed. */
export interface CallDigest {
  /**
   * The digest of the arguments, or of the string that the user's `key` function returns. Empty for all steps of a pipeline but the first.
   * `null` if the arguments have no JSON form, or if the run is neither stored nor reported.
   */
  readonly digest: string | null;
  /** Why the arguments have no JSON form. */
  readonly problem?: string | undefined;
}

/**
 * Returns the digest of a call's arguments. Restored arguments have the same digest as the originals. The order of an object's fields does
 * not matter.
 */
export function digestArguments(args: readonly unknown[]): CallDigest {
  const { json, loss } = toRestorable(args);
  return loss === undefined ? { digest: hash(toCanonicalJson(json)) } : { digest: null, problem: loss };
}

/** Returns the digest of the result of the user's `key` function. @throws `TypeError` if the result is not a string. */
export function digestKey(key: unknown, name: string): CallDigest {
  if (typeof key !== 'string') {
    throw new TypeError(`Expected \`key\` of '${name}' to return a string, got ${key === null ? 'null' : typeof key}`);
  }
  return { digest: hash(`key ${key}`) };
}

/** Returns the first 132 bits of the text's SHA-256 digest, as 22 base64url characters. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

/** Serializes JSON with the keys of each object sorted. */
function toCanonicalJson(json: Json): string {
  if (typeof json !== 'object' || json === null) return JSON.stringify(json);
  if (Array.isArray(json)) return `[${json.map(toCanonicalJson).join()}]`;
  const fields = Object.entries(json).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${toCanonicalJson(value)}`).join()}}`;
}
