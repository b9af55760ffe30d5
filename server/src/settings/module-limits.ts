import type { Settings } from './config.js';
import type { ModuleLimits } from '../module-contract/module.js';

/** What the modules of this server are held to. */
export function moduleLimits(settings: Settings): ModuleLimits {
  const { maxTextBytes, maxItems, maxOutputBytes, maxExpandedBytes, maxPixels, maxAudioSeconds } = settings;
  return { maxTextBytes, maxItems, maxOutputBytes, maxExpandedBytes, maxPixels, maxAudioSeconds };
}
