import { foldOf, hasDiacritics } from '../../modules/keyword-db/fold.js';
import { lemmaOf } from '../../modules/keyword-db/lemma.js';
import { stopWords as allStopWords, wordsOf } from '../../modules/keyword-db/words.js';

/** What one word of a query looks for. */
export interface KeywordTerm {
  readonly stem: string;
  /** The key of the look-up: words that differ in diacritics only have the same. */
  readonly fold: string;
  /** Whether only this very stem will do, because the word was written with diacritics. */
  readonly exact: boolean;
}

export interface KeywordQuery {
  readonly terms: readonly KeywordTerm[];
  /** The words that are too common to be found, in the order of the query, with repeats. */
  readonly stopWords: readonly string[];
}

/**
 * Cuts a query into words as a text is cut, white space and hyphens separating them. Any of the words may be found.
 *
 * The first call loads the lexicon, some 100 ms.
 */
export function parseKeywordQuery(query: string): KeywordQuery {
  const words = wordsOf(query);
  const terms = words
    .filter((word) => !allStopWords.has(word))
    .map((word) => {
      const stem = lemmaOf(word);
      return { stem, fold: foldOf(stem), exact: hasDiacritics(word) };
    });
  return { terms, stopWords: words.filter((word) => allStopWords.has(word)) };
}
