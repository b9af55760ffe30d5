import type { RouteChoice } from '../choose-route.js';
import { createNearestLabelClassifier } from '../nearest-label.js';
import type { Models, ModelTask } from '../../module-contract/model-interfaces.js';
import { createLocalCaptioner } from './caption.js';
import { createLocalEmbedder } from './embeddings.js';
import { loadPipeline, type PipelineFor } from './load-pipeline.js';
import { createLocalSentimentClassifier } from './sentiment.js';
import { createLocalSummarizer } from './summarize.js';
import { createLocalTranscriber } from './transcribe.js';
import { createLocalTranslator } from './translate.js';

const adapters: { readonly [T in ModelTask]: (pipeline: PipelineFor<T>) => Models[T] } = {
  embeddings: createLocalEmbedder,
  sentiment: createLocalSentimentClassifier,
  summarize: createLocalSummarizer,
  translate: createLocalTranslator,
  transcribe: createLocalTranscriber,
  caption: createLocalCaptioner,
  classify: (pipeline) => createNearestLabelClassifier(createLocalEmbedder(pipeline)),
  extract: () => {
    throw new Error('Expected an endpoint, because no local model extracts fields.');
  },
};

/**
 * Opens a model that runs in this process. Call this only in a process that can be killed, because native code cannot be
 * interrupted.
 */
export async function openLocalModel<T extends ModelTask>(
  task: T,
  name: string,
  { folder, precision }: Extract<RouteChoice, { route: 'transformers' }>,
): Promise<Models[T]> {
  return adapters[task](await loadPipeline(task, name, { folder, precision }));
}
