import type { Models } from '../../module-contract/model-interfaces.js';
import { rankSentences, computeSimilarities } from './rank-sentences.js';
import { splitIntoSentences } from './sentences.js';

/**
 * Maximum number of sentences in a group. Bounds the number of sentence pairs to compare. A full group is about as long as the context
 * window of a summarization model.
 */
const sentencesPerGroup = 60;
/**
 * Bounds of the target length of a group's summary, in words. Between the bounds, the target is a third of the group's length. Summaries
 * by BART are typically this long.
 */
const minTargetWords = 25;
const maxTargetWords = 60;
/**
 * The weight of a sentence's relevance (lambda in maximal marginal relevance, MMR). The remaining weight penalizes similarity to the
 * sentences that are already selected.
 */
const relevanceWeight = 0.7;
/** Two sentences are treated as duplicates if their similarity is greater than this. */
const duplicateSimilarity = 0.9;

/**
 * `builtin-extractive`: selects the sentences that are most similar to the other sentences of their group, and returns them unchanged, in
 * their original order. Needs no download, and works in any language.
 *
 * Based on LexRank (Erkan and Radev, "LexRank: Graph-based Lexical Centrality as Salience in Text Summarization", 2004). Avoids repetition
 * with MMR (Carbonell and Goldstein, "The Use of MMR", 1998).
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
  const wordCounts = sentences.map(countWords);
  const totalWordCount = wordCounts.reduce((sum, count) => sum + count, 0);
  const targetWordCount = Math.min(maxTargetWords, Math.max(minTargetWords, totalWordCount / 3));
  const similarities = computeSimilarities(sentences);
  const ranks = rankSentences(similarities);
  const chosen: number[] = [];
  const candidates = new Set(sentences.keys());
  let summaryWordCount = 0;
  while (candidates.size > 0 && summaryWordCount < targetWordCount) {
    const next = findBest(
      candidates,
      (i) => relevanceWeight * (ranks[i] ?? 0) - (1 - relevanceWeight) * findMaxSimilarity(similarities, i, chosen),
    );
    const nextWordCount = wordCounts[next] ?? 0;
    // stop if the next sentence would move the summary's length further from the target
    const overshoots =
      chosen.length > 0 && summaryWordCount + nextWordCount - targetWordCount > targetWordCount - summaryWordCount;
    if (overshoots) break;
    for (const i of candidates)
      if (i === next || (similarities[next]?.[i] ?? 0) > duplicateSimilarity) candidates.delete(i);
    chosen.push(next);
    summaryWordCount += nextWordCount;
  }
  return chosen.sort((a, b) => a - b).map((i) => sentences[i] ?? '');
}

/** Counts words. In scripts without spaces between words, counts every two characters as one word. */
function countWords(sentence: string): number {
  const characters =
    sentence.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu)?.length ?? 0;
  return Math.max(sentence.split(' ').length, characters / 2);
}

function findMaxSimilarity(similarities: readonly Float64Array[], i: number, chosen: readonly number[]): number {
  return chosen.reduce((most, other) => Math.max(most, similarities[i]?.[other] ?? 0), 0);
}

/** Returns the candidate with the highest score, or the first such candidate if there is a tie. */
function findBest(candidates: Iterable<number>, score: (i: number) => number): number {
  let winner = -1;
  let highest = -Infinity;
  for (const i of candidates) {
    const value = score(i);
    if (value > highest) [winner, highest] = [i, value];
  }
  return winner;
}
