import type { Route } from '../choose-route.js';
import type { ModelAccess } from '../../module-contract/model-access.js';
import type { Models, ModelTask } from '../../module-contract/model-interfaces.js';
import type { ModuleContext } from '../../module-contract/module.js';
import { endpointCaption, endpointSentiment, endpointSummarize, endpointTranslate } from './chat-tasks.js';
import { endpointClassify } from './classify.js';
import { completeChat } from './chat.js';
import { endpointEmbeddings } from './embeddings.js';
import { EndpointClient } from './endpoint-client.js';
import { ResponseCache } from './response-cache.js';
import { endpointTranscribe } from './transcription.js';

/** Opens a model behind an OpenAI-compatible endpoint. No request is sent until the model is first used. */
export function openEndpointModel<T extends ModelTask>(
  task: T,
  name: string,
  { endpoint, upstream }: Extract<Route, { route: 'endpoint' }>,
  { settings, owner, usage, endsAt }: ModelAccess,
  { signal, warn, log }: Pick<ModuleContext, 'signal' | 'warn' | 'log'>,
): Models[T] {
  const cache = settings.cache && new ResponseCache(settings.cache, owner);
  const client = new EndpointClient(endpoint, upstream, signal, { usage, cache, endsAt, log });
  const window = endpoint.windowCharacters;
  const openers: { readonly [K in ModelTask]: () => Models[K] } = {
    embeddings: () => endpointEmbeddings(client, window),
    sentiment: () => endpointSentiment(client, window),
    summarize: () => endpointSummarize(client, window),
    translate: () => endpointTranslate(client, name, window),
    transcribe: () => endpointTranscribe(client, warn),
    caption: () => endpointCaption(client),
    extract: () => endpointExtract(client, window),
    classify: () => endpointClassify(client, window),
  };
  return openers[task]();
}

function endpointExtract(client: EndpointClient, window: number): Models['extract'] {
  return {
    concurrency: client.concurrency,
    windowCharacters: window,
    respond: ({ text, ...request }) => completeChat(client, { ...request, content: text }),
  };
}
