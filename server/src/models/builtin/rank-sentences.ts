import { functionWords } from './function-words.js';
import { wordsOf } from './words.js';

/** Of the random walk's steps those that follow a likeness; the others begin anew. */
const damping = 0.85;
const steps = 30;

/** How alike each two sentences are, 0 to 1: the cosine of their words, the rarer ones weighing more. */
export function similarities(sentences: readonly string[]): Float64Array[] {
  const vectors = weigh(sentences.map(countContentWords));
  return vectors.map((vector, i) => Float64Array.from(vectors, (other, j) => (i === j ? 0 : cosine(vector, other))));
}

/**
 * How much each sentence says of what the others say, the most as 1: where a walk from sentence to alike sentence is most often.
 * It begins anew rather with early sentences: what a text is about, it says early.
 */
export function rankSentences(like: readonly Float64Array[]): Float64Array {
  const beginnings = normalised(Float64Array.from(like, (_, i) => 1 / Math.sqrt(i + 1)));
  const ways = like.map(normalised);
  let ranks = beginnings;
  for (let step = 0; step < steps; step += 1) ranks = walk(ranks, ways, beginnings);
  const highest = Math.max(...ranks);
  return ranks.map((rank) => rank / highest);
}

function walk(ranks: Float64Array, ways: readonly Float64Array[], beginnings: Float64Array): Float64Array {
  const arrived = new Float64Array(ranks.length);
  for (const [from, way] of ways.entries()) {
    const rank = damping * (ranks[from] ?? 0);
    for (let to = 0; to < way.length; to += 1) arrived[to] = (arrived[to] ?? 0) + rank * (way[to] ?? 0);
  }
  // sentences like no other lead anywhere
  const rest = 1 - arrived.reduce((sum, rank) => sum + rank, 0);
  return arrived.map((rank, i) => rank + rest * (beginnings[i] ?? 0));
}

function countContentWords(sentence: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of wordsOf(sentence)) {
    if (!functionWords.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** Vectors of length 1, or of nothing where a sentence has function words only. */
function weigh(all: readonly Map<string, number>[]): Map<string, number>[] {
  const sentencesWith = new Map<string, number>();
  for (const counts of all)
    for (const word of counts.keys()) sentencesWith.set(word, (sentencesWith.get(word) ?? 0) + 1);
  return all.map((counts) => {
    const weights = [...counts].map(([word, count]) => {
      const rarity = Math.log(1 + all.length / (sentencesWith.get(word) ?? 1));
      return [word, (1 + Math.log(count)) * rarity] as const;
    });
    const length = Math.hypot(...weights.map(([, weight]) => weight));
    return new Map(weights.map(([word, weight]) => [word, weight / length]));
  });
}

function cosine(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const [word, weight] of a) sum += weight * (b.get(word) ?? 0);
  return sum;
}

/** With the sum 1, or nothing but zeros. */
function normalised(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0);
  return sum === 0 ? values : values.map((value) => value / sum);
}
