import type {
  FetchInputOptions,
  FetchOutputOptions,
  StreamOutputOptions,
  WaitOptions,
} from '../../shared/types/process.js';
import {
  toBe,
  toBeBoolean,
  toBeFunction,
  toBeMillisecondsOrInfinity,
  integerAtLeast,
  type OptionRules,
} from '../../options/option-rules.js';
import { requestRules } from '../../options/request-options.js';

/** The rules for the `streamOutput()` options. */
export const streamRules: OptionRules<keyof StreamOutputOptions> = {
  ...requestRules,
  onDownloadProgress: toBeFunction,
};

/** The rules for the `fetchOutput()` options. */
export const outputRules: OptionRules<keyof FetchOutputOptions> = {
  ...streamRules,
  localSaveDirectory: toBe(
    'a directory path, or false',
    (value) => value === false || (typeof value === 'string' && value !== ''),
  ),
  downloadOutput: toBeBoolean,
  ifExists: toBe("'error', 'overwrite' or 'skip'", (value) => ['error', 'overwrite', 'skip'].includes(value as string)),
};

const { downloadOutput: _, ...rulesForInputs } = outputRules;
/** The rules for the `files.input()` options. */
export const inputRules: OptionRules<keyof FetchInputOptions> = rulesForInputs;

/** The rules for the `wait()` options. */
export const waitRules: OptionRules<keyof WaitOptions> = {
  ...outputRules,
  waitTimeout: toBeMillisecondsOrInfinity,
  onStatus: toBeFunction,
  verbose: toBeBoolean,
  pollInterval: integerAtLeast(1, ' of milliseconds'),
  maxPollInterval: integerAtLeast(1, ' of milliseconds'),
};
