/** The limits of an endpoint's model, learned from earlier responses. */
export interface LearnedLimits {
  /** The features that the endpoint has refused. Requests are sent without them. */
  readonly refusedFeatures: Set<string>;
  /** Maximum number of texts in an embeddings request. */
  batchSize: number;
  /** Maximum length of a piece of text, in characters. Reduced when the endpoint refuses a text because of its length. */
  windowCharacters: number;
}

const limitsByModel = new Map<string, LearnedLimits>();
/** Maximum number of entries in `limitsByModel`. A process uses few endpoints, so only frequent settings changes can reach this limit. */
const maxEntries = 100;

/** Returns the learned limits of an endpoint's model. All runs in this process share one object. */
export function getLearnedLimits(baseUrl: string, model: string): LearnedLimits {
  const key = JSON.stringify([baseUrl, model]);
  const existing = limitsByModel.get(key);
  if (existing) return existing;
  if (limitsByModel.size >= maxEntries) limitsByModel.clear();
  const limits: LearnedLimits = { refusedFeatures: new Set(), batchSize: 32, windowCharacters: Infinity };
  limitsByModel.set(key, limits);
  return limits;
}
