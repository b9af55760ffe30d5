import type { SentimentScores } from '../../module-contract/model-interfaces.js';
import { openModel } from '../../models/open-model.js';
import { mapItems } from '../map-items.js';
import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';
import { Float, type PythonValue } from '../../formats/python-json.js';
import { pythonRound } from '../../formats/python-round.js';

/** Says of each text how much of it is in a good mood, in a bad one, and in none. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const model = await openModel('sentiment', context);
  return mapItems(input, context, async (snippet) => {
    const [scores = nothing] = await model.classify([snippet]);
    return sentimentItem(snippet, scores);
  });
}

const nothing: SentimentScores = { positive: 0, negative: 0, neutral: 1 };

/** An item of the output, as the recordings have it. */
export function sentimentItem(snippet: string, { positive, negative, neutral }: SentimentScores): PythonValue {
  return { snippet, positive: share(positive), negative: share(negative), neutral: share(neutral) };
}

function share(value: number): Float {
  return new Float(pythonRound(value, 3));
}
