import { createHash } from 'node:crypto';
import { toRestorable } from '../../shared/rules/json-record.js';
import type { Json } from '../../shared/types/json.js';

/** The digest of a call's arguments, or of the key that replaces them. It identifies the call when a run is resumed. */
export interface CallDigest {
  /** `null` if the arguments have no JSON form. */
  readonly digest: string | null;
  /** Why the arguments have no JSON form. */
  readonly loss?: string | undefined;
}

/**
 * Returns the digest of a call's arguments. Values that are equal as JSON have the same digest, regardless of the order of their
 * fields, so a restored value has the same digest as the original.
 */
export function digestArguments(args: readonly unknown[]): CallDigest {
  const { json, loss } = toRestorable(args);
  return loss === undefined ? { digest: hash(toCanonicalJson(json)) } : { digest: null, loss };
}

/** Returns the digest of a key that identifies a call instead of its arguments. @throws `TypeError` if the key is not a string. */
export function digestKey(key: unknown, name: string): CallDigest {
  if (typeof key !== 'string') {
    throw new TypeError(`Expected \`key\` of '${name}' to return a string, got ${key === null ? 'null' : typeof key}`);
  }
  return { digest: hash(`key ${key}`) };
}

/** Returns 132 bits of SHA-256, in 22 characters. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

/** Returns JSON text in which the fields of each object are sorted. */
function toCanonicalJson(json: Json): string {
  if (typeof json !== 'object' || json === null) return JSON.stringify(json);
  if (Array.isArray(json)) return `[${json.map(toCanonicalJson).join()}]`;
  const fields = Object.entries(json).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${toCanonicalJson(value)}`).join()}}`;
}
