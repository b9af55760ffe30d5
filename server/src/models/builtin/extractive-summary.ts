import type { Models } from '../../module-contract/model-interfaces.js';
import { rankSentences, similarities } from './rank-sentences.js';
import { sentencesOf } from './sentences.js';

/** Each of them is compared with each; about what a model of this kind reads at once. */
const sentencesAtOnce = 60;
/** Words of a summary: a third of the text's, within these bounds, which are about those of BART's summaries. */
const fewestWords = 25;
const mostWords = 60;
/** How much it counts that a sentence says what others say, against that it says what no chosen one does. */
const relevance = 0.7;
/** The likeness of sentences that say the same: one of them will do. */
const same = 0.9;

/**
 * `builtin-extractive`: the sentences of a text that are nearest to all others, as they stand, in their order. It writes nothing of
 * its own, needs no download, and works in any language.
 *
 * Erkan and Radev, "LexRank: Graph-based Lexical Centrality as Salience in Text Summarization", 2004; against repetition
 * Carbonell and Goldstein, "The Use of MMR", 1998.
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
  const room = Math.min(mostWords, Math.max(fewestWords, all / 3));
  const like = similarities(sentences);
  const ranks = rankSentences(like);
  const chosen: number[] = [];
  const left = new Set(sentences.keys());
  let words = 0;
  while (left.size > 0 && words < room) {
    const next = best(left, (i) => relevance * (ranks[i] ?? 0) - (1 - relevance) * closest(like, i, chosen));
    const size = sizes[next] ?? 0;
    // nothing lesser fills what is left: it ends as near to the room's end as it gets
    const isOver = chosen.length > 0 && words + size - room > room - words;
    if (isOver) break;
    for (const i of left) if (i === next || (like[next]?.[i] ?? 0) > same) left.delete(i);
    chosen.push(next);
    words += size;
  }
  return chosen.sort((a, b) => a - b).map((i) => sentences[i] ?? '');
}

/** What is one word on a line of the summary; of scripts without spaces two letters, as with their words. */
function countWords(sentence: string): number {
  const letters =
    sentence.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu)?.length ?? 0;
  return Math.max(sentence.split(' ').length, letters / 2);
}

function closest(like: readonly Float64Array[], i: number, chosen: readonly number[]): number {
  return chosen.reduce((most, other) => Math.max(most, like[i]?.[other] ?? 0), 0);
}

/** The first of the best: of two that are alike, the earlier one. */
function best(candidates: Iterable<number>, score: (i: number) => number): number {
  let winner = -1;
  let highest = -Infinity;
  for (const i of candidates) {
    const value = score(i);
    if (value > highest) [winner, highest] = [i, value];
  }
  return winner;
}
