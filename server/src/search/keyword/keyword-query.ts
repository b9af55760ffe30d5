import { getLookupKey, hasDiacritics } from '../../modules/keyword-db/fold.js';
import { lemmatize } from '../../modules/keyword-db/lemma.js';
import { getUnspacedRunKeys, splitIntoSearchWords } from '../../modules/keyword-db/search-keys.js';
import { stopWords as allStopWords, splitIntoWords } from '../../modules/keyword-db/words.js';

export interface KeywordTerm {
  readonly stem: string;
  /** The lookup key, which is the same for words that differ only in diacritics. */
  readonly lookupKey: string;
  /** Whether the query's word has diacritics. If so, only postings with this exact stem match. */
  readonly isExact: boolean;
}

/** A run of letters in scripts that are written without spaces. Matches the word positions at which all of its terms occur. */
export interface UnspacedRun {
  readonly text: string;
  /** The run's pairs of adjacent letters, or its only letter. */
  readonly terms: readonly KeywordTerm[];
}

export interface KeywordQuery {
  readonly terms: readonly KeywordTerm[];
  readonly unspacedRuns: readonly UnspacedRun[];
  /** The query's stop words, which are not searchable, in query order and including duplicates. */
  readonly stopWords: readonly string[];
}

/**
 * Splits a query into words in the same way as the `keyword-db` module splits text. A search finds the occurrences of any of the words.
 *
 * The first call loads the lexicon, which takes about 100 ms.
 */
export function parseKeywordQuery(query: string): KeywordQuery {
  const words = splitIntoWords(query).flatMap(splitIntoSearchWords);
  const nonRunWords = words.filter(({ isUnspacedRun }) => !isUnspacedRun).map(({ text }) => text);
  return {
    terms: nonRunWords.filter((word) => !allStopWords.has(word)).map(toTerm),
    unspacedRuns: words
      .filter(({ isUnspacedRun }) => isUnspacedRun)
      .map(({ text }) => ({ text, terms: getUnspacedRunKeys(text).map(toTerm) })),
    stopWords: nonRunWords.filter((word) => allStopWords.has(word)),
  };
}

function toTerm(word: string): KeywordTerm {
  const stem = lemmatize(word);
  return { stem, lookupKey: getLookupKey(stem), isExact: hasDiacritics(word) };
}
