import { checkOptions } from '../options/issues.js';
import { metadataNames } from '../options/metadata.js';
import { anyValue, anyValueFor, toBe, toBeBoolean, toBeFunction, type OptionRules } from '../options/option-rules.js';
import { requestRules } from '../options/request-options.js';
import { checkWebhook } from '../shared/rules/webhook.js';
import type { ProcessOptions, StartOptions } from '../shared/types/process.js';
import { waitRules } from './output/output-options.js';

/**
 * The rules for the `start()` options. `openAndCheckFile` and `checkFile` check the metadata and the modules, because the valid values
 * depend on the pipeline and the server.
 */
export const startRules: OptionRules<keyof StartOptions> = {
  ...anyValueFor(metadataNames),
  ...requestRules,
  modules: anyValue,
  verbose: toBeBoolean,
  onUploadProgress: toBeFunction,
  idempotencyKey: toBe(
    '1 to 255 visible ASCII characters',
    (value) => typeof value === 'string' && /^[\x21-\x7e]{1,255}$/.test(value),
  ),
  webhook: (value) => checkWebhook(value, { needsSecret: true }),
  keepInput: toBeBoolean,
};

/** The rules for the `process()` options. */
export const processRules: OptionRules<keyof ProcessOptions> = {
  ...startRules,
  ...waitRules,
  waitForProcess: toBeBoolean,
};

/** Checks the options against {@link processRules}. @throws `ValidationError` if an option is invalid. */
export function checkProcessOptions(options: ProcessOptions): void {
  checkOptions(options, processRules, 'process()');
}
