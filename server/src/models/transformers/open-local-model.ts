import type { Route } from '../choose-route.js';
import { createNearestLabelClassifier } from '../nearest-label.js';
import type { Models, ModelTask } from '../../module-contract/model-interfaces.js';
import { createLocalCaption } from './caption.js';
import { createLocalEmbeddings } from './embeddings.js';
import { loadPipeline, type PipelineFor } from './load-pipeline.js';
import { createLocalSentiment } from './sentiment.js';
import { createLocalSummarize } from './summarize.js';
import { createLocalTranscribe } from './transcribe.js';
import { createLocalTranslate } from './translate.js';

const adapters: { readonly [T in ModelTask]: (pipeline: PipelineFor<T>) => Models[T] } = {
  embeddings: createLocalEmbeddings,
  sentiment: createLocalSentiment,
  summarize: createLocalSummarize,
  translate: createLocalTranslate,
  transcribe: createLocalTranscribe,
  caption: createLocalCaption,
  classify: (pipeline) => createNearestLabelClassifier(createLocalEmbeddings(pipeline)),
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
  { folder, precision }: Extract<Route, { route: 'transformers' }>,
): Promise<Models[T]> {
  return adapters[task](await loadPipeline(task, name, { folder, precision }));
}
