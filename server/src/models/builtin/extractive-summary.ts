import type { Models } from '../../module-contract/model-interfaces.js';
import { rankSentences, similarities } from './rank-sentences.js';
import { sentencesOf } from './sentences.js';

/**
 * Maximum number of sentences in a group. Each sentence is compared with every other sentence in its group. A group has about as
 * much text as a summarization model can read at once.
 */
const sentencesAtOnce = 60;
/**
 * A summary has about a third as many words as the text, but no fewer and no more than this. The bounds match the typical length
 * of BART's summaries.
 */
const minWords = 25;
const maxWords = 60;
/** The weight of relevance (lambda in MMR). The remaining weight favours sentences that differ from those already chosen. */
const relevance = 0.7;
/** Sentences with a higher similarity than this are treated as duplicates. */
const duplicateSimilarity = 0.9;

/**
 * `builtin-extractive`: selects the sentences that are most similar to the rest of the text and returns them unchanged, in order.
 * It needs no download and works in any language.
 *
 * Erkan and Radev, "LexRank: Graph-based Lexical Centrality as Salience in Text Summarization", 2004; for avoiding
 * repetition, Carbonell and Goldstein, "The Use of MMR", 1998.
 */
export const extractiveSummary: Models['summarize'] = {
  async summarize(text) {
    const chosen: string[] = [];
    for (const sentences of inGroups(sentencesOf(text), sentencesAtOnce)) chosen.push(...choose(sentences));
    return chosen.join(' ');
  },
};

function* inGroups(sentences: Iterable<string>, size: number): Generator<string[]> {
  let group: string[] = [];
  for (const sentence of sentences) {
    group.push(sentence);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

function choose(sentences: readonly string[]): string[] {
  const sizes = sentences.map(countWords);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const limit = Math.min(maxWords, Math.max(minWords, all / 3));
  const similarity = similarities(sentences);
  const ranks = rankSentences(similarity);
  const chosen: number[] = [];
  const left = new Set(sentences.keys());
  let words = 0;
  while (left.size > 0 && words < limit) {
    const next = best(left, (i) => relevance * (ranks[i] ?? 0) - (1 - relevance) * closest(similarity, i, chosen));
    const size = sizes[next] ?? 0;
    // stop if adding the next sentence would move the length further from the limit
    const isOver = chosen.length > 0 && words + size - limit > limit - words;
    if (isOver) break;
    for (const i of left) if (i === next || (similarity[next]?.[i] ?? 0) > duplicateSimilarity) left.delete(i);
    chosen.push(next);
    words += size;
  }
  return chosen.sort((a, b) => a - b).map((i) => sentences[i] ?? '');
}

/** Counts words. In scripts without spaces, two letters count as one word, as in `wordsOf`. */
function countWords(sentence: string): number {
  const letters =
    sentence.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu)?.length ?? 0;
  return Math.max(sentence.split(' ').length, letters / 2);
}

function closest(similarity: readonly Float64Array[], i: number, chosen: readonly number[]): number {
  return chosen.reduce((most, other) => Math.max(most, similarity[i]?.[other] ?? 0), 0);
}

/** Returns the candidate with the highest score. The first one wins ties. */
function best(candidates: Iterable<number>, score: (i: number) => number): number {
  let winner = -1;
  let highest = -Infinity;
  for (const i of candidates) {
    const value = score(i);
    if (value > highest) [winner, highest] = [i, value];
  }
  return winner;
}
