import { areValidPatterns, toBeDirectoryPath } from '../batch/check-process-many.js';
import { createMetadataRules } from '../options/metadata.js';
import { checkPipelineName } from '../shared/rules/free-text.js';
import { checkChain } from '../options/check-chain.js';
import { Issues } from '../options/issues.js';
import {
  anyValue,
  integerAtLeast,
  oneOf,
  toBe,
  toBeBoolean,
  toBeFunction,
  toBeMillisecondsOrInfinity,
  type OptionRules,
} from '../options/option-rules.js';
import { requestRules } from '../options/request-options.js';
import { looseLimits } from '../shared/rules/limits.js';
import { isObject } from '../shared/rules/format-value.js';
import type { SyncOptions } from '../shared/types/files/sync.js';

const { fileTags, fileDescription, expireTime, symbolicDirectoryPath } = createMetadataRules(looseLimits);
const toBePatterns = toBe('a pattern or an array of patterns', areValidPatterns);

const syncRules: OptionRules<keyof SyncOptions> = {
  ...requestRules,
  pipeline: {
    ...toBe(
      'a pipeline from client.createPipeline()',
      (value) => isObject(value) && Array.isArray(value['moduleChain']),
    ),
    isRequired: true,
  },
  symbolicDirectoryPath,
  fileTags,
  fileDescription,
  expireTime,
  modules: anyValue,
  keepInput: toBeBoolean,
  onChange: oneOf('replace', 'keep'),
  concurrency: integerAtLeast(1),
  waitTimeout: toBeMillisecondsOrInfinity,
  include: toBePatterns,
  exclude: toBePatterns,
  dryRun: toBeBoolean,
  adopt: toBeBoolean,
  deleteAll: toBeBoolean,
  onFile: toBeFunction,
};

/** Checks the arguments of `sync()`. @throws `ValidationError` if an argument is invalid; `ChainError` if the chain is invalid. */
export function checkSyncArguments(directory: unknown, options: SyncOptions): void {
  const issues = new Issues();
  issues.check(options, syncRules, 'sync()');
  issues.checkValues({ directory }, { directory: toBeDirectoryPath });
  issues.throwIfAny();
  const { name, moduleChain } = options.pipeline;
  issues.add(['pipeline'], checkPipelineName(name, looseLimits));
  issues.throwIfAny();
  checkChain(moduleChain);
}
