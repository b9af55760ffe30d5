/** Tests whether a `/`-separated path matches. */
export type PathTest = (path: string) => boolean;
/**
 * Compiles a pattern that matches whole paths. `*`, `?` and `[…]` match within a name, `**` matches any number of directories,
 * and `{a,b}` matches either alternative. Names that start with a dot match only patterns that start with a dot.
 */
export declare function globTest(pattern: string): PathTest;
/**
 * Compiles several patterns into a test that passes if any of them matches. A pattern without a slash matches file names at any
 * depth.
 */
export declare function nameOrPathTest(patterns: readonly string[]): PathTest;
/** Splits a pattern into the directories before its first wildcard and the rest. */
export declare function splitGlob(pattern: string): {
    base: string;
    rest: string;
};
