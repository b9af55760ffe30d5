import { randomUUID } from 'node:crypto';
import { formatValue } from 'millrace/shared/rules/format-value.js';

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Returns a new key. Keys are random, so that clients can neither guess nor choose the path of a file. */
export function createBlobKey(): string {
  return randomUUID();
}

/** Returns whether a string is a key in the format of {@link createBlobKey}, without the prefix of small blobs. */
export function isBlobKey(text: string): boolean {
  return uuidPattern.test(text);
}

/**
 * Asserts that a value is a blob key. Call this before building a path from a key, so that invalid values never reach the file
 * system.
 *
 * @throws `TypeError` if the value is not a blob key.
 */
export function assertBlobKey(key: unknown): asserts key is string {
  if (typeof key === 'string' && isBlobKey(key)) return;
  throw new TypeError(
    `Expected a blob key to be a random UUID, got ${formatValue(key)}. Pass a key returned by \`write\` or \`adopt\`.`,
  );
}
