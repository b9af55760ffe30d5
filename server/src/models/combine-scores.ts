import type { SentimentScores } from '../module-contract/model-interfaces.js';

/** One mood for the pieces of one text: their mean, each weighted by its size. */
export function combineScores(scores: readonly SentimentScores[], sizes: readonly number[]): SentimentScores {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const mean = (of: (score: SentimentScores) => number) =>
    scores.reduce((sum, score, i) => sum + (of(score) * (sizes[i] ?? 0)) / total, 0);
  return { positive: mean((s) => s.positive), negative: mean((s) => s.negative), neutral: mean((s) => s.neutral) };
}
