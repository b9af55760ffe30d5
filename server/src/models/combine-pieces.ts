import type { SentimentScores } from '../module-contract/model-interfaces.js';

/** Returns the mean of the scores of a text's pieces, weighted by the pieces' sizes. */
export function combineScores(scores: readonly SentimentScores[], sizes: readonly number[]): SentimentScores {
  const computeMean = (select: (score: SentimentScores) => number) => computeWeightedMean(scores.map(select), sizes);
  return {
    positive: computeMean((s) => s.positive),
    negative: computeMean((s) => s.negative),
    neutral: computeMean((s) => s.neutral),
  };
}

/**
 * Returns the mean of the vectors of a text's pieces, weighted by the pieces' sizes. If the model uses mean pooling and the sizes are in
 * tokens, the result equals mean pooling over the entire text, except that tokens in different pieces do not attend to each other.
 */
export function combineVectors(vectors: readonly Float32Array[], sizes: readonly number[]): Float32Array {
  const [first] = vectors;
  if (!first || vectors.length === 1) return first ?? new Float32Array();
  return first.map((_, i) =>
    computeWeightedMean(
      vectors.map((vector) => vector[i] ?? 0),
      sizes,
    ),
  );
}

function computeWeightedMean(values: readonly number[], sizes: readonly number[]): number {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return values.reduce((sum, value, i) => sum + (value * (sizes[i] ?? 0)) / total, 0);
}
