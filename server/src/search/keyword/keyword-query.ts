import { getLookupKey, hasDiacritics } from '../../modules/keyword-db/fold.js';
import { lemmatize } from '../../modules/keyword-db/lemma.js';
import { getRunKeys, splitIntoSearchWords } from '../../modules/keyword-db/search-keys.js';
import { stopWords as allStopWords, splitIntoWords } from '../../modules/keyword-db/words.js';

export interface KeywordTerm {
  readonly stem: string;
  /** The lookup key, which is the same for words that differ only in diacritics. */
  readonly fold: string;
  /** Whether the word has diacritics, so that only this exact stem matches. */
  readonly isExact: boolean;
}

/** A sequence of letters in a script without spaces. Matches the positions that have all of its terms. */
export interface KeywordRun {
  readonly text: string;
  readonly terms: readonly KeywordTerm[];
}

export interface KeywordQuery {
  readonly terms: readonly KeywordTerm[];
  readonly runs: readonly KeywordRun[];
  /** The query's stop words, which are not searchable, in query order and including duplicates. */
  readonly stopWords: readonly string[];
}

/**
 * Splits a query into words in the same way as indexed text. A search matches any of the words.
 *
 * The first call loads the lexicon, which takes about 100 ms.
 */
export function parseKeywordQuery(query: string): KeywordQuery {
  const words = splitIntoWords(query).flatMap(splitIntoSearchWords);
  const spacedWords = words.filter(({ isRun }) => !isRun).map(({ text }) => text);
  return {
    terms: spacedWords.filter((word) => !allStopWords.has(word)).map(toTerm),
    runs: words.filter(({ isRun }) => isRun).map(({ text }) => ({ text, terms: getRunKeys(text).map(toTerm) })),
    stopWords: spacedWords.filter((word) => allStopWords.has(word)),
  };
}

function toTerm(word: string): KeywordTerm {
  const stem = lemmatize(word);
  return { stem, fold: getLookupKey(stem), isExact: hasDiacritics(word) };
}
