import type { Limits } from '../types/limits.js';
/** Splits a symbolic file path into its directory and name: `/x.txt` is `x.txt` in `/`. */
export declare function splitFilePath(path: string): {
    directory: string;
    fileName: string;
};
export declare function joinFilePath(directory: string, fileName: string): string;
/** Checks a symbolic file path. */
export declare function checkFilePath(value: unknown, limits: Limits): string | undefined;
/** Checks a file path pattern. The directory may end with `*`, and the name may begin or end with `*`. */
export declare function checkFilePathPattern(value: unknown, limits: Limits): string | undefined;
