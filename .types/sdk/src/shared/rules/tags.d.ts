import type { Issue } from '../types/error-code.js';
import type { Limits } from '../types/limits.js';
/** Checks a tag, an object with one key. */
export declare function checkTag(value: unknown, limits: Limits): string | undefined;
/** Checks a tag in a filter, whose value may be `*`. */
export declare function checkTagFilter(value: unknown, limits: Limits): string | undefined;
/** Checks a file's tags. The path of an issue is the tag's position. */
export declare function checkTags(value: unknown, limits: Limits): Issue[];
