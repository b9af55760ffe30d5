import { defaultLimits } from 'millrace/shared/rules/limits.js';
import type { Limits } from 'millrace/shared/types/limits.js';
import type { Settings } from './config.js';

/** What this server announces that it accepts. */
export function serverLimits(settings: Settings): Limits {
  const fileBytes = Object.fromEntries(
    Object.entries(defaultLimits.fileBytes).map(([format, { min }]) => [format, { min, max: settings.maxFileBytes }]),
  ) as Limits['fileBytes'];
  // base64 takes four characters for three bytes, and the rest of a request needs room as well
  const room = Math.floor((settings.maxBodyBytes / 2) * (3 / 4));
  return {
    ...defaultLimits,
    fileBytes,
    resumableBytes: settings.resumableBytes,
    inlineBytes: Math.min(settings.inlineBytes, settings.maxFileBytes, room),
  };
}
