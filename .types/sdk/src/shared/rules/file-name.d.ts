import type { Limits } from '../types/limits.js';
/** Checks the name of a file on the server. The length limit includes the extension. */
export declare function checkFileName(value: unknown, limits: Limits): string | undefined;
/** Checks a file name pattern, which may begin or end with `*`. */
export declare function checkFileNamePattern(value: unknown, limits: Limits): string | undefined;
/**
 * Returns the extension of a file's name or path, in lower case and including the dot; an empty string if it has no extension.
 */
export declare function extensionOf(path: string): string;
/** Checks that a file's name ends with one of the extensions. Ignores case. */
export declare function checkExtension(fileName: string, extensions: readonly string[]): string | undefined;
