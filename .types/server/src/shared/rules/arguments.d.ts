import type { Limits } from '../types/limits.js';
import type { Issue } from '../types/error-code.js';
/** Checks the format of a file, run or webhook id. */
export declare function checkId(value: unknown, noun?: string): string | undefined;
/** Checks a file's time to live in seconds. */
export declare function checkExpireTime(value: unknown, limits: Limits): string | undefined;
/** Checks the maximum number of files in a response. */
export declare function checkMaxFiles(value: unknown, limits: Limits): string | undefined;
/** Checks the number of snippets per file. */
export declare function checkK(value: unknown, limits: Limits): string | undefined;
/** Checks a list and its items. An issue's path is the item's position. */
export declare function checkList(value: unknown, limits: Limits, checkItem: (item: unknown, limits: Limits) => string | undefined): Issue[];
