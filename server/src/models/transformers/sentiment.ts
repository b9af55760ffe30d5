import { ModuleError } from '../../module-contract/module.js';
import { combineScores } from '../combine-pieces.js';
import type { Models, SentimentScores } from '../../module-contract/model-interfaces.js';
import type { PipelineFor } from './load-pipeline.js';
import { createTextWindow } from './text-window.js';

export function createLocalSentimentClassifier(classify: PipelineFor<'sentiment'>): Models['sentiment'] {
  const window = createTextWindow(classify.tokenizer, classify.model.config);
  const classifyPiece = async (piece: string): Promise<SentimentScores> => {
    // request up to 100 labels, because the library returns only the best label by default
    const labels = (await classify(piece, { top_k: 100 })) as { label: string; score: number }[];
    try {
      return toSentimentScores(labels);
    } catch (error) {
      throw new ModuleError(`This model does not classify sentiment. ${(error as Error).message}.`, { cause: error });
    }
  };
  return {
    async classify(texts) {
      const scores: SentimentScores[] = [];
      for (const text of texts) {
        const pieces = window.split(text);
        const pieceScores: SentimentScores[] = [];
        for (const piece of pieces) pieceScores.push(await classifyPiece(piece));
        scores.push(combineScores(pieceScores, pieces.length > 1 ? pieces.map(window.countTokens) : [1]));
      }
      return scores;
    },
  };
}

type Sentiment = keyof SentimentScores;

/** The sentiment of each supported label. A model's labels are positive, negative and possibly neutral, or 1 to 5 stars. */
const sentimentByLabel: ReadonlyMap<string, Sentiment> = new Map([
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
 * Converts a model's label scores to sentiment scores. Adds up the scores of labels with the same sentiment.
 *
 * @throws `RangeError` if a label is unknown.
 */
function toSentimentScores(labels: readonly { readonly label: string; readonly score: number }[]): SentimentScores {
  const scores = { positive: 0, negative: 0, neutral: 0 };
  for (const { label, score } of labels) {
    const sentiment = sentimentByLabel.get(label.toLowerCase());
    if (!sentiment) {
      throw new RangeError(`Expected a sentiment label (positive, negative, neutral, or 1 to 5 stars), got '${label}'`);
    }
    scores[sentiment] += score;
  }
  return scores;
}
