import type { Models } from '../../module-contract/model-interfaces.js';
import { rankSentences, computeSimilarities } from './rank-sentences.js';
import { splitIntoSentences } from './sentences.js';

/**
 * Maximum number of sentences in a group. Each sentence is compared with every other sentence in its group. A group is about as long
 * as the context window of a summarization model.
 */
const sentencesPerGroup = 60;
/**
 * The bounds of the length of a group's summary, in words. Within these bounds, the summary has about a third as many words as the group.
 * The bounds match the typical length of BART's summaries.
 */
const minWords = 25;
const maxWords = 60;
/** The weight of relevance (lambda in MMR). The remaining weight favours sentences that differ from the selected ones. */
const relevanceWeight = 0.7;
/** Similarity above which two sentences are duplicates. */
const duplicateSimilarity = 0.9;

/**
 * `builtin-extractive`: selects the sentences that are most similar to the rest of the text, and returns them unchanged, in order.
 * Needs no download, and works in any language.
 *
 * Erkan and Radev, "LexRank: Graph-based Lexical Centrality as Salience in Text Summarization", 2004; for avoiding
 * repetition, Carbonell and Goldstein, "The Use of MMR", 1998.
 */
export const extractiveSummary: Models['summarize'] = {
  async summarize(text) {
    const chosen: string[] = [];
    for (const sentences of splitIntoGroups(splitIntoSentences(text), sentencesPerGroup))
      chosen.push(...selectSentences(sentences));
    return chosen.join(' ');
  },
};

function* splitIntoGroups(sentences: Iterable<string>, size: number): Generator<string[]> {
  let group: string[] = [];
  for (const sentence of sentences) {
    group.push(sentence);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

function selectSentences(sentences: readonly string[]): string[] {
  const sizes = sentences.map(countWords);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const limit = Math.min(maxWords, Math.max(minWords, total / 3));
  const similarity = computeSimilarities(sentences);
  const ranks = rankSentences(similarity);
  const chosen: number[] = [];
  const candidates = new Set(sentences.keys());
  let words = 0;
  while (candidates.size > 0 && words < limit) {
    const next = findBest(
      candidates,
      (i) => relevanceWeight * (ranks[i] ?? 0) - (1 - relevanceWeight) * findMaxSimilarity(similarity, i, chosen),
    );
    const size = sizes[next] ?? 0;
    // stop if the next sentence would move the length further from the limit
    const overshoots = chosen.length > 0 && words + size - limit > limit - words;
    if (overshoots) break;
    for (const i of candidates)
      if (i === next || (similarity[next]?.[i] ?? 0) > duplicateSimilarity) candidates.delete(i);
    chosen.push(next);
    words += size;
  }
  return chosen.sort((a, b) => a - b).map((i) => sentences[i] ?? '');
}

/** Counts words. In scripts without spaces between words, counts two letters as one word. */
function countWords(sentence: string): number {
  const letters =
    sentence.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu)?.length ?? 0;
  return Math.max(sentence.split(' ').length, letters / 2);
}

function findMaxSimilarity(similarity: readonly Float64Array[], i: number, chosen: readonly number[]): number {
  return chosen.reduce((most, other) => Math.max(most, similarity[i]?.[other] ?? 0), 0);
}

/** Returns the candidate with the highest score, or the first of several with the same score. */
function findBest(candidates: Iterable<number>, score: (i: number) => number): number {
  let winner = -1;
  let highest = -Infinity;
  for (const i of candidates) {
    const value = score(i);
    if (value > highest) [winner, highest] = [i, value];
  }
  return winner;
}
