/** What this process has learned about an endpoint's model. */
export interface EndpointMemory {
  /** The features that the endpoint has refused. Requests are sent without them. */
  readonly refused: Set<string>;
  /** The number of texts in an embeddings request. */
  batchSize: number;
  /** The length of a text that the model's context may hold, in characters. */
  window: number;
}

const memories = new Map<string, EndpointMemory>();
/** A process has one endpoint for each module, so a larger number means that the settings change all the time. */
const maxMemories = 100;

/** Returns what is known about an endpoint's model. It is kept as long as the process, which serves one run after another. */
export function endpointMemory(baseUrl: string, model: string): EndpointMemory {
  const key = JSON.stringify([baseUrl, model]);
  const known = memories.get(key);
  if (known) return known;
  if (memories.size >= maxMemories) memories.clear();
  const memory: EndpointMemory = { refused: new Set(), batchSize: 32, window: Infinity };
  memories.set(key, memory);
  return memory;
}
