import { isObject } from 'millrace/shared/rules/format-value.js';
import type { SentimentScores } from '../../module-contract/model-interfaces.js';

const sentiments = ['positive', 'negative', 'neutral'] as const;

/**
 * Reads the scores from the last JSON object with valid scores in a response, because some models first repeat the requested format.
 * Scores can be fractions or percentages, and numbers or strings. Keys can be in upper or lower case.
 *
 * @returns Scores that sum to 1, or `undefined` if no object has valid scores.
 */
export function parseSentiment(response: string): SentimentScores | undefined {
  const objects = response.match(/\{[^{}]*\}/g) ?? [];
  return objects.map(parseScores).findLast((scores) => scores !== undefined);
}

function parseScores(text: string): SentimentScores | undefined {
  const object = parseJson(text);
  if (!isObject(object)) return undefined;
  const byName = new Map(Object.entries(object).map(([name, value]) => [name.trim().toLowerCase(), value]));
  const scores = sentiments.map((sentiment) => parseScore(byName.get(sentiment)));
  const sum = scores.reduce((total, score) => total + score, 0);
  const areFractions = scores.every((score) => score >= 0 && score <= 1);
  // rounded percentages need not add up to 100
  const arePercentages = scores.every((score) => score >= 0 && score <= 100) && sum >= 95 && sum <= 105;
  if (!(areFractions || arePercentages) || sum === 0) return undefined;
  const [positive = 0, negative = 0, neutral = 0] = scores.map((score) => score / sum);
  return { positive, negative, neutral };
}

function parseScore(value: unknown): number {
  if (typeof value === 'number') return value;
  const number = typeof value === 'string' ? /^\s*(\d*[.,]?\d+)\s*%?\s*$/.exec(value)?.[1] : undefined;
  return number === undefined ? Number.NaN : Number(number.replace(',', '.'));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
