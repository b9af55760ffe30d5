/**
 * Returns the name that the user probably meant: the most similar one, if it differs by at most two characters, or else the only
 * one that begins with the text. Ignores case and separators.
 */
export declare function nearestName(text: string, allNames: Iterable<string>): string | undefined;
