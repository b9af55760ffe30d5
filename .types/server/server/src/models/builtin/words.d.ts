/** Yields the words in a text, in lower case and without accents. Scripts without spaces between words yield pairs of letters. */
export declare function wordsOf(text: string): Generator<string>;
/**
 * Common words in several languages that carry grammar rather than meaning. They are given little weight. Weighting by document
 * frequency would have the same effect, but would make each vector depend on the other documents in the store.
 */
export declare const functionWords: ReadonlySet<string>;
