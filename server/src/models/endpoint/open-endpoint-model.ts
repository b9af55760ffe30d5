import type { RouteChoice } from '../choose-route.js';
import type { ModelAccess } from '../../module-contract/model-access.js';
import type { Models, ModelTask } from '../../module-contract/model-interfaces.js';
import type { ModuleContext } from '../../module-contract/module.js';
import {
  createEndpointCaptioner,
  createEndpointSentimentClassifier,
  createEndpointSummarizer,
  createEndpointTranslator,
} from './chat-tasks.js';
import { createEndpointClassifier } from './classify.js';
import { completeChat } from './chat.js';
import { createEndpointEmbedder } from './embeddings.js';
import { EndpointClient } from './endpoint-client.js';
import { ResponseCache } from './response-cache.js';
import { createEndpointTranscriber } from './transcription.js';

/** Opens a model behind an OpenAI-compatible endpoint. No request is sent until the model is first used. */
export function openEndpointModel<T extends ModelTask>(
  task: T,
  name: string,
  { endpoint, upstreamModel }: Extract<RouteChoice, { route: 'endpoint' }>,
  { settings, owner, usage, deadlineAt }: ModelAccess,
  { signal, warn, log }: Pick<ModuleContext, 'signal' | 'warn' | 'log'>,
): Models[T] {
  const cache = settings.cache && new ResponseCache(settings.cache, owner);
  const client = new EndpointClient(endpoint, upstreamModel, signal, { usage, cache, deadlineAt, log });
  const { windowCharacters } = endpoint;
  const factories: { readonly [K in ModelTask]: () => Models[K] } = {
    embeddings: () => createEndpointEmbedder(client, windowCharacters),
    sentiment: () => createEndpointSentimentClassifier(client, windowCharacters),
    summarize: () => createEndpointSummarizer(client, windowCharacters),
    translate: () => createEndpointTranslator(client, name, windowCharacters),
    transcribe: () => createEndpointTranscriber(client, warn),
    caption: () => createEndpointCaptioner(client),
    extract: () => createEndpointExtractor(client, windowCharacters),
    classify: () => createEndpointClassifier(client, windowCharacters),
  };
  return factories[task]();
}

function createEndpointExtractor(client: EndpointClient, windowCharacters: number): Models['extract'] {
  return {
    concurrency: client.concurrency,
    windowCharacters,
    respond: ({ text, ...request }) => completeChat(client, { ...request, content: text }),
  };
}
