import { defaultLimits } from 'millrace/shared/rules/limits.js';
import type { Limits } from 'millrace/shared/types/limits.js';
import type { Settings } from './config.js';

/** Returns the limits that this server announces to clients. */
export function serverLimits(settings: Settings): Limits {
  const fileBytes = Object.fromEntries(
    Object.entries(defaultLimits.fileBytes).map(([format, { min }]) => [format, { min, max: settings.maxFileBytes }]),
  ) as Limits['fileBytes'];
  // base64 encodes three bytes as four characters; half of the body is reserved for the rest of the request
  const maxInlineBytes = Math.floor((settings.maxBodyBytes / 2) * (3 / 4));
  return {
    ...defaultLimits,
    fileBytes,
    resumableBytes: settings.resumableBytes,
    inlineBytes: Math.min(settings.inlineBytes, settings.maxFileBytes, maxInlineBytes),
  };
}
