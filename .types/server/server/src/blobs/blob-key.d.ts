/** Returns a new key. It is random, so that nobody can guess or choose where content is stored. */
export declare function newBlobKey(): string;
/** Returns whether a string has the exact format that {@link newBlobKey} generates. */
export declare function isBlobKey(text: string): boolean;
/**
 * Asserts that a value is a blob key. Call this before building a path from a key, so that invalid values never reach the file
 * system.
 *
 * @throws `TypeError` if the value is not a blob key.
 */
export declare function assertBlobKey(key: unknown): asserts key is string;
