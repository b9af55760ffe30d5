/**
 * Splits a token without whitespace into lower-case words. `Sub-Librarian` and `don't` each yield two words. Combining characters
 * are composed (NFC).
 */
export declare function wordsOf(token: string): readonly string[];
/**
 * English words excluded as keywords: NLTK's 179 stop words. Those with an apostrophe are included only for
 * completeness, because a keyword never contains one.
 */
export declare const stopWords: ReadonlySet<string>;
