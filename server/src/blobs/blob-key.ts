import { randomUUID } from 'node:crypto';

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Returns a new random key, so that nobody can guess or choose where content is stored. */
export function newBlobKey(): string {
  return randomUUID();
}

/** Returns whether the text has exactly the form of {@link newBlobKey}. */
export function isBlobKey(text: string): boolean {
  return pattern.test(text);
}

/**
 * Guards every path that is built from a key, so that nothing else reaches the file system.
 *
 * @throws `TypeError`
 */
export function assertBlobKey(key: unknown): asserts key is string {
  if (typeof key === 'string' && isBlobKey(key)) return;
  const shown = typeof key === 'string' ? JSON.stringify(key.slice(0, 80)) : typeof key;
  throw new TypeError(
    `Expected a blob key to be a random UUID, got ${shown}. Pass what \`write\` or \`adopt\` returned.`,
  );
}
