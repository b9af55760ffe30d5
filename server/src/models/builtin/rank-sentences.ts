import { functionWords, extractWords } from './words.js';

/** The probability that a step of the random walk follows a similarity link. Otherwise, the walk restarts. */
const dampingFactor = 0.85;
const iterationCount = 30;

/**
 * Returns the similarity of each pair of sentences, from 0 to 1: the cosine of their TF-IDF vectors. The similarity of a sentence to itself
 * is set to 0.
 */
export function computeSimilarities(sentences: readonly string[]): Float64Array[] {
  const vectors = computeTfIdfVectors(sentences.map(countContentWords));
  return vectors.map((vector, i) =>
    Float64Array.from(vectors, (other, j) => (i === j ? 0 : computeCosine(vector, other))),
  );
}

/**
 * Returns each sentence's LexRank score: how often a random walk between similar sentences visits the sentence, relative to the
 * most-visited sentence. The walk restarts more often at early sentences, because texts usually state their topic early.
 */
export function rankSentences(similarities: readonly Float64Array[]): Float64Array {
  const restarts = normalize(Float64Array.from(similarities, (_, i) => 1 / Math.sqrt(i + 1)));
  const links = similarities.map(normalize);
  let ranks = restarts;
  for (let i = 0; i < iterationCount; i += 1) ranks = walkOneStep(ranks, links, restarts);
  const highest = Math.max(...ranks);
  return ranks.map((rank) => rank / highest);
}

function walkOneStep(ranks: Float64Array, links: readonly Float64Array[], restarts: Float64Array): Float64Array {
  const arrived = new Float64Array(ranks.length);
  for (const [from, row] of links.entries()) {
    const rank = dampingFactor * (ranks[from] ?? 0);
    for (let to = 0; to < row.length; to += 1) arrived[to] = (arrived[to] ?? 0) + rank * (row[to] ?? 0);
  }
  // restarts distribute the remaining rank, including the rank of sentences without links
  const restartRank = 1 - arrived.reduce((sum, rank) => sum + rank, 0);
  return arrived.map((rank, i) => rank + restartRank * (restarts[i] ?? 0));
}

function countContentWords(sentence: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of extractWords(sentence)) {
    if (!functionWords.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** Returns each sentence's TF-IDF vector, scaled to unit length. The vector of a sentence without content words is empty. */
function computeTfIdfVectors(wordCounts: readonly Map<string, number>[]): Map<string, number>[] {
  const sentenceCountByWord = new Map<string, number>();
  for (const counts of wordCounts)
    for (const word of counts.keys()) sentenceCountByWord.set(word, (sentenceCountByWord.get(word) ?? 0) + 1);
  return wordCounts.map((counts) => {
    const weights = [...counts].map(([word, count]) => {
      const rarity = Math.log(1 + wordCounts.length / (sentenceCountByWord.get(word) ?? 1));
      return [word, (1 + Math.log(count)) * rarity] as const;
    });
    const length = Math.hypot(...weights.map(([, weight]) => weight));
    return new Map(weights.map(([word, weight]) => [word, weight / length]));
  });
}

function computeCosine(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const [word, weight] of a) sum += weight * (b.get(word) ?? 0);
  return sum;
}

/** Scales values so that they sum to 1, unless all of them are zero. */
function normalize(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0);
  return sum === 0 ? values : values.map((value) => value / sum);
}
