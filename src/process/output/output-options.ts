import type { FetchOutputOptions } from '../../shared/types/process.js';
import type { WaitOptions } from '../../shared/types/run-handle.js';
import type { Issues } from '../../options/issues.js';
import { checkRequestOptions, isWhole, requestOptionNames } from '../../options/request-options.js';

export const outputOptionNames = [
  ...requestOptionNames,
  'localSaveDirectory',
  'downloadOutput',
  'ifExists',
  'onDownloadProgress',
] as const;

export const waitOptionNames = [
  ...outputOptionNames,
  'waitTimeout',
  'onStatus',
  'verbose',
  'pollInterval',
  'maxPollInterval',
] as const;

export function checkOutputOptions(options: FetchOutputOptions, issues: Issues): void {
  const { localSaveDirectory: directory, downloadOutput, ifExists, onDownloadProgress } = options;
  checkRequestOptions(options, issues);
  issues.expect(
    'localSaveDirectory',
    directory,
    directory === false || (typeof directory === 'string' && directory !== ''),
    'the path of a directory, or false',
  );
  issues.expect('downloadOutput', downloadOutput, typeof downloadOutput === 'boolean', 'true or false');
  const known = ifExists === 'error' || ifExists === 'overwrite' || ifExists === 'skip';
  issues.expect('ifExists', ifExists, known, "'error', 'overwrite' or 'skip'");
  issues.expect('onDownloadProgress', onDownloadProgress, typeof onDownloadProgress === 'function', 'a function');
}

export function checkWaitOptions(options: WaitOptions, issues: Issues): void {
  checkOutputOptions(options, issues);
  const { waitTimeout, onStatus, verbose, pollInterval, maxPollInterval } = options;
  const milliseconds = 'a whole number of milliseconds from 1 up';
  issues.expect(
    'waitTimeout',
    waitTimeout,
    waitTimeout === Infinity || isWhole(waitTimeout, 0),
    'a whole number of milliseconds from 0 up, or Infinity',
  );
  issues.expect('onStatus', onStatus, typeof onStatus === 'function', 'a function');
  issues.expect('verbose', verbose, typeof verbose === 'boolean', 'true or false');
  issues.expect('pollInterval', pollInterval, isWhole(pollInterval, 1), milliseconds);
  issues.expect('maxPollInterval', maxPollInterval, isWhole(maxPollInterval, 1), milliseconds);
}
