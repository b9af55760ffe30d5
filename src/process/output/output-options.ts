import type { FetchOutputOptions, WaitOptions } from '../../shared/types/process.js';
import { isWhole, toBe, toBeBoolean, toBeFunction, wholeFrom, type OptionTable } from '../../options/option-table.js';
import { requestTable } from '../../options/request-options.js';

/** The rules for the `fetchOutput()` options. */
export const outputTable: OptionTable<keyof FetchOutputOptions> = {
  ...requestTable,
  localSaveDirectory: toBe(
    'a directory path, or false',
    (value) => value === false || (typeof value === 'string' && value !== ''),
  ),
  downloadOutput: toBeBoolean,
  ifExists: toBe("'error', 'overwrite' or 'skip'", (value) => ['error', 'overwrite', 'skip'].includes(value as string)),
  onDownloadProgress: toBeFunction,
};

/** The rules for the `wait()` options. */
export const waitTable: OptionTable<keyof WaitOptions> = {
  ...outputTable,
  waitTimeout: toBe(
    'a whole number of milliseconds, at least 0, or Infinity',
    (value) => value === Infinity || isWhole(value, 0),
  ),
  onStatus: toBeFunction,
  verbose: toBeBoolean,
  pollInterval: wholeFrom(1, ' of milliseconds'),
  maxPollInterval: wholeFrom(1, ' of milliseconds'),
};
