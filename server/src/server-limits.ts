import { defaultLimits } from 'millrace/rules/limits.js';
import type { Limits } from 'millrace/types/limits.js';
import type { Settings } from './config.js';

/** What this server announces that it accepts. */
export function serverLimits(settings: Settings): Limits {
  const fileBytes = Object.fromEntries(
    Object.entries(defaultLimits.fileBytes).map(([format, { min }]) => [format, { min, max: settings.maxFileBytes }]),
  ) as Limits['fileBytes'];
  return { ...defaultLimits, fileBytes, resumableBytes: settings.resumableBytes };
}
