/** Formats a value for an error message: short, quoted if it is a string, and never a whole object. */
export declare function showValue(value: unknown): string;
/** Returns whether a value is a non-array object. */
export declare function isObject(value: unknown): value is Record<string, unknown>;
/** Counts code points, so that an emoji counts as one character instead of two. */
export declare function countCharacters(text: string): number;
/** Formats a range: `between 1 and 64 characters`, or `at least 1 character` if there is no upper bound. */
export declare function showRange(min: number, max: number, unit: string): string;
/** The minimum length of a key. Shorter secrets are not masked, because they occur in ordinary words. */
export declare const minSecretLength = 8;
/** Masks a secret in a string, such as an error page. */
export declare function redact(text: string, secret: string): string;
/** Returns the start and end of a key, enough to distinguish the key from others: `sk…f3`. */
export declare function maskKey(key: string): string;
