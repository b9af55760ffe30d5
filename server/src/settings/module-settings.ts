import { join } from 'node:path';
import type { EndpointSettings, ModelSettings } from '../module-contract/model-settings.js';
import type { ModuleLimits } from '../module-contract/module.js';
import type { Settings } from './config.js';

/** Returns a function that looks up a module's model settings, which never contain the endpoint or API key of another module. */
export function createModelSettingsLookup(settings: Settings): (module: string) => ModelSettings {
  const maxBytes = settings.responseCacheBytes;
  const cache = maxBytes > 0 ? { directory: join(settings.dataDir, 'responses'), maxBytes } : undefined;
  return (module) => ({
    module,
    endpoint: findEndpoint(module, settings),
    cache,
    conversion: settings.conversion,
    modelDir: settings.modelDir,
    allowDownloads: settings.allowDownloads && !settings.offline,
    hub: settings.modelHub,
    hubToken: settings.allowDownloads ? settings.modelHubToken : undefined,
    downloadIdleSeconds: settings.downloadIdleSeconds,
  });
}

/** Default maximum length of a text, in characters, for modules that read whole documents. */
const documentWindowCharacters: Readonly<Record<string, number>> = { classify: 24_000, extract: 24_000 };
/** Default maximum length of a text, in characters, for all other modules. */
const defaultWindowCharacters = 4000;

function findEndpoint(module: string, { endpoints }: Settings): EndpointSettings | undefined {
  const endpoint = Object.hasOwn(endpoints, module) ? endpoints[module] : undefined;
  return (
    endpoint && {
      ...endpoint,
      windowCharacters: endpoint.windowCharacters ?? documentWindowCharacters[module] ?? defaultWindowCharacters,
    }
  );
}

/** Returns the limits that apply to every module on this server. */
export function getModuleLimits(settings: Settings): ModuleLimits {
  const { maxTextBytes, maxItems, maxOutputBytes, maxExpandedBytes, maxPixels, maxAudioSeconds } = settings;
  return { maxTextBytes, maxItems, maxOutputBytes, maxExpandedBytes, maxPixels, maxAudioSeconds };
}
