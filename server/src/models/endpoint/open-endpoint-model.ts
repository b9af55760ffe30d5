import type { Route } from '../choose-route.js';
import type { ModelAccess } from '../../module-contract/model-access.js';
import type { Models, ModelTask } from '../../module-contract/model-interfaces.js';
import type { ModuleContext } from '../../module-contract/module.js';
import {
  createEndpointCaption,
  createEndpointSentiment,
  createEndpointSummarize,
  createEndpointTranslate,
} from './chat-tasks.js';
import { createEndpointClassify } from './classify.js';
import { completeChat } from './chat.js';
import { createEndpointEmbeddings } from './embeddings.js';
import { EndpointClient } from './endpoint-client.js';
import { ResponseCache } from './response-cache.js';
import { createEndpointTranscribe } from './transcription.js';

/** Opens a model behind an OpenAI-compatible endpoint. No request is sent until the model is first used. */
export function openEndpointModel<T extends ModelTask>(
  task: T,
  name: string,
  { endpoint, upstreamModel }: Extract<Route, { route: 'endpoint' }>,
  { settings, owner, usage, deadlineAt }: ModelAccess,
  { signal, warn, log }: Pick<ModuleContext, 'signal' | 'warn' | 'log'>,
): Models[T] {
  const cache = settings.cache && new ResponseCache(settings.cache, owner);
  const client = new EndpointClient(endpoint, upstreamModel, signal, { usage, cache, deadlineAt, log });
  const window = endpoint.windowCharacters;
  const factories: { readonly [K in ModelTask]: () => Models[K] } = {
    embeddings: () => createEndpointEmbeddings(client, window),
    sentiment: () => createEndpointSentiment(client, window),
    summarize: () => createEndpointSummarize(client, window),
    translate: () => createEndpointTranslate(client, name, window),
    transcribe: () => createEndpointTranscribe(client, warn),
    caption: () => createEndpointCaption(client),
    extract: () => createEndpointExtract(client, window),
    classify: () => createEndpointClassify(client, window),
  };
  return factories[task]();
}

function createEndpointExtract(client: EndpointClient, window: number): Models['extract'] {
  return {
    concurrency: client.concurrency,
    windowCharacters: window,
    respond: ({ text, ...request }) => completeChat(client, { ...request, content: text }),
  };
}
