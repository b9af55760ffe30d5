/** Facts that this process has learned about an endpoint's model. */
export interface EndpointMemory {
  /** The features that the endpoint has refused. Requests are sent without them. */
  readonly refused: Set<string>;
  /** Maximum number of texts in an embeddings request. */
  batchSize: number;
  /** Maximum length of a text that may fit the model's context, in characters. */
  window: number;
}

const memories = new Map<string, EndpointMemory>();
/** Maximum number of memories. A process has one endpoint per module, so there are more only if the settings keep changing. */
const maxMemories = 100;

/** Returns the facts about an endpoint's model. They are kept for later runs in this process. */
export function endpointMemory(baseUrl: string, model: string): EndpointMemory {
  const key = JSON.stringify([baseUrl, model]);
  const known = memories.get(key);
  if (known) return known;
  if (memories.size >= maxMemories) memories.clear();
  const memory: EndpointMemory = { refused: new Set(), batchSize: 32, window: Infinity };
  memories.set(key, memory);
  return memory;
}
