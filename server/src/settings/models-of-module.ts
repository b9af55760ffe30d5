import type { Settings } from './config.js';
import type { ModelSettings } from '../module-contract/model-settings.js';

/** Tells where the models of a module come from: of the endpoints and their keys, only its own. */
export function modelsOfModule(settings: Settings): (module: string) => ModelSettings {
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
