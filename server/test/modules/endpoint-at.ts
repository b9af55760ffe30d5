import type { ModelSettings } from '../../src/module-contract/model-settings.js';

/** Returns the settings of a module whose models run at an endpoint. */
export function endpointAt(baseUrl: string, concurrency = 4): Partial<ModelSettings> {
  return { endpoint: { baseUrl, timeoutSeconds: 20, windowCharacters: 4000, concurrency } };
}
