import type { SentimentScores } from '../../module-contract/model-interfaces.js';
import { openModel } from '../../models/open-model.js';
import { mapItems } from '../map-items.js';
import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';
import { PythonFloat, roundLikePython, type PythonValue } from '../../formats/python-json.js';

/** Scores the positive, negative and neutral sentiment of each text. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const model = await openModel('sentiment', context);
  return mapItems(input, context, {
    concurrency: model.concurrency,
    async work(snippet) {
      const [scores = neutralScores] = await model.classify([snippet]);
      return toSentimentItem(snippet, scores);
    },
  });
}

const neutralScores: SentimentScores = { positive: 0, negative: 0, neutral: 1 };

/** Creates an output item in the hosted service's format. */
export function toSentimentItem(snippet: string, { positive, negative, neutral }: SentimentScores): PythonValue {
  return { snippet, positive: roundScore(positive), negative: roundScore(negative), neutral: roundScore(neutral) };
}

function roundScore(value: number): PythonFloat {
  return new PythonFloat(roundLikePython(value, 3));
}
