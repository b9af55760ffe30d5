import { join } from 'node:path';
import { tinyClassifier, tinyEmbedder } from './bag-of-words.js';
import { writeModel } from './model-folder.js';
import { tinyCaptioner, tinyWhisper } from './perceiving.js';
import { tinySummarizer, tinyTranslator } from './word-by-word.js';

/** Words that the tiny models know. */
export const knownWords = [
  'the',
  'mill',
  'wheel',
  'turns',
  'stands',
  'still',
  'water',
  'is',
  'good',
  'bad',
  'and',
  '.',
];

/**
 * Writes a tiny model for each task into a model directory, under the names of real models. The real library runs them in
 * milliseconds.
 */
export function makeTinyModels(modelDir: string): void {
  const models = {
    'Xenova/all-MiniLM-L6-v2': tinyEmbedder(knownWords),
    'Xenova/distilbert-base-uncased-finetuned-sst-2-english': tinyClassifier(['NEGATIVE', 'POSITIVE'], {
      good: [-3, 3],
      bad: [3, -3],
      is: [0, 0],
    }),
    'Xenova/bert-base-multilingual-uncased-sentiment': tinyClassifier(
      ['1 star', '2 stars', '3 stars', '4 stars', '5 stars'],
      { good: [0, 0, 0, 5, 6], bad: [6, 5, 0, 0, 0], still: [0, 0, 6, 0, 0] },
    ),
    'Xenova/opus-mt-en-es': tinyTranslator({
      the: 'el',
      mill: 'molino',
      turns: 'gira',
      stands: 'está',
      still: 'quieto',
    }),
    'Xenova/opus-mt-es-en': tinyTranslator({ el: 'the', molino: 'mill', gira: 'turns', hello: 'hello', world: 'good' }),
    'Xenova/bart-large-cnn': tinySummarizer(knownWords.slice(0, -1)),
    'Xenova/whisper-tiny': tinyWhisper(),
    'Xenova/vit-gpt2-image-captioning': tinyCaptioner(),
  };
  for (const [repo, files] of Object.entries(models)) writeModel(join(modelDir, repo), files);
}
