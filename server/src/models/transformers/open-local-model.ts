import type { Route } from '../choose-route.js';
import { nearestLabel } from '../nearest-label.js';
import type { Models, ModelTask } from '../../module-contract/model-interfaces.js';
import { localCaption } from './caption.js';
import { localEmbeddings } from './embeddings.js';
import { loadPipeline, type PipelineFor } from './load-pipeline.js';
import { localSentiment } from './sentiment.js';
import { localSummarize } from './summarize.js';
import { localTranscribe } from './transcribe.js';
import { localTranslate } from './translate.js';

const adapters: { readonly [T in ModelTask]: (pipeline: PipelineFor<T>) => Models[T] } = {
  embeddings: localEmbeddings,
  sentiment: localSentiment,
  summarize: localSummarize,
  translate: localTranslate,
  transcribe: localTranscribe,
  caption: localCaption,
  classify: (pipeline) => nearestLabel(localEmbeddings(pipeline)),
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
