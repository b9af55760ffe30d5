import type { ModelSettings } from '../module-contract/model-settings.js';
import type { ModuleLimits } from '../module-contract/module.js';
import type { Settings } from './config.js';

/** Returns a function that looks up a module's model settings. They contain no other module's endpoint or API key. */
export function modelSettingsLookup(settings: Settings): (module: string) => ModelSettings {
  return (module) => ({
    module,
    endpoint: Object.hasOwn(settings.endpoints, module) ? settings.endpoints[module] : undefined,
    modelDir: settings.modelDir,
    allowDownloads: settings.allowDownloads && !settings.offline,
    hub: settings.modelHub,
    hubToken: settings.allowDownloads ? settings.modelHubToken : undefined,
    downloadIdleSeconds: settings.downloadIdleSeconds,
  });
}

/** Returns the limits that apply to every module on this server. */
export function moduleLimits(settings: Settings): ModuleLimits {
  const { maxTextBytes, maxItems, maxOutputBytes, maxExpandedBytes, maxPixels, maxAudioSeconds } = settings;
  return { maxTextBytes, maxItems, maxOutputBytes, maxExpandedBytes, maxPixels, maxAudioSeconds };
}
