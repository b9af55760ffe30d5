import { defaultLimits } from 'millrace/shared/rules/limits.js';
import type { Limits } from 'millrace/shared/types/limits.js';
import { getConvertedKinds } from '../module-contract/conversion-settings.js';
import type { Settings } from './config.js';

/** Maximum number of files in one batch request. */
const maxBatchFiles = 64;

/** Maximum number of files in one lookup request. */
const maxLookupFiles = 500;

/** Returns the limits that this server announces to clients. */
export function getServerLimits(settings: Settings): Limits {
  const fileBytes = Object.fromEntries(
    Object.entries(defaultLimits.fileBytes).map(([format, { min }]) => [format, { min, max: settings.maxFileBytes }]),
  ) as Limits['fileBytes'];
  // reserve half of the body for the rest of the request; base64 encodes three bytes as four characters
  const maxInlineBytes = Math.floor((settings.maxBodyBytes / 2) * (3 / 4));
  const convertedExtensions = getConvertedKinds(settings.conversion).flatMap(({ extensions }) => extensions);
  const inlineBytes = Math.min(settings.inlineBytes, settings.maxFileBytes, maxInlineBytes);
  return {
    ...defaultLimits,
    neverExpires: true,
    lookupFiles: maxLookupFiles,
    fileBytes,
    extensions: {
      ...defaultLimits.extensions,
      text: [...new Set([...defaultLimits.extensions.text, ...convertedExtensions])],
    },
    resumableBytes: settings.resumableBytes,
    inlineBytes,
    batchFiles: maxBatchFiles,
    // reserve half of the body for the files' metadata
    batchBytes: Math.max(inlineBytes, Math.floor(settings.maxBodyBytes / 2)),
  };
}
