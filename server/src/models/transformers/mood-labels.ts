import type { SentimentScores } from '../../module-contract/model-interfaces.js';

type Mood = keyof SentimentScores;

/** Three moods, two (`POSITIVE`, `NEGATIVE`), or one to five stars, of which three are neither good nor bad. */
const moods: ReadonlyMap<string, Mood> = new Map([
  ['positive', 'positive'],
  ['negative', 'negative'],
  ['neutral', 'neutral'],
  ['1 star', 'negative'],
  ['2 stars', 'negative'],
  ['3 stars', 'neutral'],
  ['4 stars', 'positive'],
  ['5 stars', 'positive'],
]);

/**
 * A model's scores by its own labels, as moods.
 *
 * @throws `RangeError` for a label that is none of a known model's.
 */
export function moodOf(labels: readonly { readonly label: string; readonly score: number }[]): SentimentScores {
  const scores = { positive: 0, negative: 0, neutral: 0 };
  for (const { label, score } of labels) {
    const mood = moods.get(label.toLowerCase());
    if (!mood) {
      throw new RangeError(`Expected a label of a mood (positive, negative, neutral, or 1 to 5 stars), got '${label}'`);
    }
    scores[mood] += score;
  }
  return scores;
}
