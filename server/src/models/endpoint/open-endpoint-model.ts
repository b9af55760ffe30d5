import type { Route } from '../choose-route.js';
import type { Models, ModelTask } from '../../module-contract/model-interfaces.js';
import { endpointCaption, endpointSentiment, endpointSummarize, endpointTranslate } from './chat-tasks.js';
import { endpointEmbeddings } from './embeddings.js';
import { EndpointClient } from './endpoint-client.js';
import { endpointTranscribe } from './transcription.js';

/** Opens a model behind an OpenAI-compatible endpoint. No request is sent until the model is first used. */
export function openEndpointModel<T extends ModelTask>(
  task: T,
  name: string,
  { endpoint, upstream }: Extract<Route, { route: 'endpoint' }>,
  signal: AbortSignal,
): Models[T] {
  const client = new EndpointClient(endpoint, signal);
  const window = endpoint.windowCharacters;
  const openers: { readonly [K in ModelTask]: () => Models[K] } = {
    embeddings: () => endpointEmbeddings(client, upstream, window),
    sentiment: () => endpointSentiment(client, upstream, window),
    summarize: () => endpointSummarize(client, upstream, window),
    translate: () => endpointTranslate(client, name, upstream, window),
    transcribe: () => endpointTranscribe(client, upstream),
    caption: () => endpointCaption(client, upstream),
  };
  return openers[task]();
}
