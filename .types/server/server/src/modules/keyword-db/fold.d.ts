/**
 * Returns a stem's lookup key. The stem is case-folded, stripped of diacritics, and then reduced to the singular. For example,
 * `cafes` and `cafés` match because both have the key `cafe`.
 */
export declare function foldOf(stem: string): string;
/** Returns whether a word has diacritics. A word with diacritics is looked up exactly as written. */
export declare function hasDiacritics(word: string): boolean;
