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
  type OptionTable,
} from '../../options/option-table.js';
import { requestTable } from '../../options/request-options.js';

/** The rules for the `streamOutput()` options. */
export const streamTable: OptionTable<keyof StreamOutputOptions> = {
  ...requestTable,
  onDownloadProgress: toBeFunction,
};

/** The rules for the `fetchOutput()` options. */
export const outputTable: OptionTable<keyof FetchOutputOptions> = {
  ...streamTable,
  localSaveDirectory: toBe(
    'a directory path, or false',
    (value) => value === false || (typeof value === 'string' && value !== ''),
  ),
  downloadOutput: toBeBoolean,
  ifExists: toBe("'error', 'overwrite' or 'skip'", (value) => ['error', 'overwrite', 'skip'].includes(value as string)),
};

const { downloadOutput: _, ...inputRules } = outputTable;
/** The rules for the `files.input()` options. */
export const inputTable: OptionTable<keyof FetchInputOptions> = inputRules;

/** The rules for the `wait()` options. */
export const waitTable: OptionTable<keyof WaitOptions> = {
  ...outputTable,
  waitTimeout: toBeMillisecondsOrInfinity,
  onStatus: toBeFunction,
  verbose: toBeBoolean,
  pollInterval: integerAtLeast(1, ' of milliseconds'),
  maxPollInterval: integerAtLeast(1, ' of milliseconds'),
};
