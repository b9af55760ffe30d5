import { ModuleError } from '../../module-contract/module.js';
import { combineScores } from '../combine-scores.js';
import type { Models, SentimentScores } from '../../module-contract/model-interfaces.js';
import type { PipelineFor } from './load-pipeline.js';
import { moodOf } from './mood-labels.js';
import { textWindow } from './text-window.js';

export function localSentiment(classify: PipelineFor<'sentiment'>): Models['sentiment'] {
  const window = textWindow(classify.tokenizer, classify.model.config);
  const classifyPiece = async (piece: string): Promise<SentimentScores> => {
    // without the number it gives the best label alone; there are never this many
    const labels = (await classify(piece, { top_k: 100 })) as { label: string; score: number }[];
    try {
      return moodOf(labels);
    } catch (error) {
      throw new ModuleError(`This model does not tell moods. ${(error as Error).message}.`, { cause: error });
    }
  };
  return {
    async classify(texts) {
      const scores: SentimentScores[] = [];
      for (const text of texts) {
        const pieces = window.split(text);
        const parts: SentimentScores[] = [];
        for (const piece of pieces) parts.push(await classifyPiece(piece));
        scores.push(combineScores(parts, pieces.length > 1 ? pieces.map(window.size) : [1]));
      }
      return scores;
    },
  };
}
