interface KeywordTerm {
    readonly stem: string;
    /** The lookup key, which is the same for words that differ only in diacritics. */
    readonly fold: string;
    /** If true, the word has diacritics, so only this exact stem matches. */
    readonly exact: boolean;
}
export interface KeywordQuery {
    readonly terms: readonly KeywordTerm[];
    /** The query's stop words, in query order and including duplicates. They are not searchable. */
    readonly stopWords: readonly string[];
}
/**
 * Splits a query into words the same way as indexed text. A search matches any of the words.
 *
 * The first call loads the lexicon, which takes about 100 ms.
 */
export declare function parseKeywordQuery(query: string): KeywordQuery;
export {};
