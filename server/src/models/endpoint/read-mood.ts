import { isObject } from 'millrace/shared/rules/show-value.js';
import type { SentimentScores } from '../../module-contract/model-interfaces.js';

const moods = ['positive', 'negative', 'neutral'] as const;

/**
 * Reads the mood from the last JSON object in a response that has three scores, because models repeat the format before they
 * use it. Scores may be shares, percentages or strings, under keys in any case.
 *
 * @returns Scores that add up to 1, or `undefined` if there is no such object.
 */
export function readMood(response: string): SentimentScores | undefined {
  const objects = response.match(/\{[^{}]*\}/g) ?? [];
  return objects.map(scoresOf).findLast((scores) => scores !== undefined);
}

function scoresOf(text: string): SentimentScores | undefined {
  const object = parse(text);
  if (!isObject(object)) return undefined;
  const byName = new Map(Object.entries(object).map(([name, value]) => [name.trim().toLowerCase(), value]));
  const scores = moods.map((mood) => readScore(byName.get(mood)));
  const sum = scores.reduce((total, score) => total + score, 0);
  const isShares = scores.every((score) => score >= 0 && score <= 1);
  // rounded percentages need not add up to 100
  const isPercentages = scores.every((score) => score >= 0 && score <= 100) && sum >= 95 && sum <= 105;
  if (!(isShares || isPercentages) || sum === 0) return undefined;
  const [positive = 0, negative = 0, neutral = 0] = scores.map((score) => score / sum);
  return { positive, negative, neutral };
}

function readScore(value: unknown): number {
  if (typeof value === 'number') return value;
  const number = typeof value === 'string' ? /^\s*(\d*[.,]?\d+)\s*%?\s*$/.exec(value)?.[1] : undefined;
  return number === undefined ? Number.NaN : Number(number.replace(',', '.'));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
