import type { Json } from '../types/json.js';
/**
 * Converts a value to human-readable JSON for a record. Values that JSON cannot represent are described in brackets, such as
 * `[Map of 3]`. Never throws.
 */
export declare function describeAsJson(value: unknown): Json;
/**
 * Converts a value to JSON for {@link restoreFromJson}. Dates are restored as dates. Values that JSON cannot represent are
 * marked, so that no program mistakes a description for the value. Never throws.
 */
export declare function keepAsJson(value: unknown): Json;
/** Returns the marker for a missing value, with the reason. {@link restoreFromJson} throws if it finds one. */
export declare function markNotJson(why: string): Json;
/**
 * Restores a value that {@link keepAsJson} returned.
 *
 * @throws `TypeError` with a description and the path of the value that JSON could not represent.
 */
export declare function restoreFromJson(json: Json, path?: string): unknown;
/**
 * Converts a value to a JSON string that PostgreSQL accepts. NUL and lone surrogates, such as half of an emoji in a truncated
 * message, are replaced in values and in field names.
 */
export declare function toStorableJson(value: unknown): string;
