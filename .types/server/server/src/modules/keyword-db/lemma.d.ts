/**
 * Reduces a lower-case noun to its singular and leaves other words unchanged: `enemies` becomes `enemy`, `looking` stays the
 * same. Like NLTK's `WordNetLemmatizer` for nouns, it returns the shortest noun among the word and the forms that the rules
 * derive from it.
 *
 * The first call loads the lexicon, which takes about 100 ms.
 */
export declare function lemmaOf(word: string): string;
