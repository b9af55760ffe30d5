import type { Limits } from '../types/limits.js';
/** Checks a symbolic directory path: absolute, without a trailing slash, and not below `/etc`. */
export declare function checkDirectoryPath(value: unknown, limits: Limits): string | undefined;
/** Checks a directory pattern, which is a path that may end with `*`. */
export declare function checkDirectoryPattern(value: unknown, limits: Limits): string | undefined;
