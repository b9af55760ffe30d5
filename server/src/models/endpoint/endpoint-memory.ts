/** The limits of an endpoint's model, learned from earlier responses. */
export interface EndpointMemory {
  /** The features that the endpoint has refused. Requests are sent without them. */
  readonly refused: Set<string>;
  /** Maximum number of texts in an embeddings request. */
  batchSize: number;
  /** Maximum length of a piece of text, in characters. Reduced when the endpoint refuses a text because of its length. */
  window: number;
}

const memories = new Map<string, EndpointMemory>();
/** Maximum number of entries in `memories`. A process uses few endpoints, so only frequent settings changes can reach this limit. */
const maxMemories = 100;

/** Returns the learned limits of an endpoint's model. All runs in this process share the object. */
export function getEndpointMemory(baseUrl: string, model: string): EndpointMemory {
  const key = JSON.stringify([baseUrl, model]);
  const existing = memories.get(key);
  if (existing) return existing;
  if (memories.size >= maxMemories) memories.clear();
  const memory: EndpointMemory = { refused: new Set(), batchSize: 32, window: Infinity };
  memories.set(key, memory);
  return memory;
}
