import { functionWords } from './function-words.js';
import { wordsOf } from './words.js';

/** Of the random walk's steps those that follow a likeness; the others begin anew. */
const damping = 0.85;
const steps = 40;

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
  const outgoing = like.map((row) => row.reduce((sum, value) => sum + value, 0));
  let ranks = beginnings;
  for (let step = 0; step < steps; step += 1) {
    // sentences like no other lead anywhere
    const lost = ranks.reduce((sum, rank, i) => sum + (outgoing[i] === 0 ? rank : 0), 0);
    ranks = Float64Array.from(like, (row, i) => {
      const arriving = row.reduce(
        (sum, value, j) => sum + (value === 0 ? 0 : ((ranks[j] ?? 0) * value) / (outgoing[j] ?? 1)),
        0,
      );
      return (beginnings[i] ?? 0) * (1 - damping + damping * lost) + damping * arriving;
    });
  }
  const highest = ranks.reduce((most, rank) => Math.max(most, rank), 0);
  return ranks.map((rank) => rank / highest);
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

function normalised(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}
