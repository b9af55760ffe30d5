import type { ModelSettings } from '../module-contract/model-settings.js';
import type { ModuleLimits } from '../module-contract/module.js';
import type { Settings } from './config.js';
/** Returns a function that looks up a module's model settings. They contain no other module's endpoint or API key. */
export declare function modelSettingsLookup(settings: Settings): (module: string) => ModelSettings;
/** Returns the limits that apply to every module on this server. */
export declare function moduleLimits(settings: Settings): ModuleLimits;
