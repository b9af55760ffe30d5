import { checkId } from '../shared/rules/arguments.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { Issues } from './issues.js';
import { toBeSignal, toBeMillisecondsOrInfinity, integerAtLeast, type OptionRules } from './option-rules.js';

export const requestRules: OptionRules<keyof RequestOptions> = {
  signal: toBeSignal,
  timeout: integerAtLeast(1, ' of milliseconds'),
  maxRetries: integerAtLeast(0),
  retryFor: toBeMillisecondsOrInfinity,
};

export function pickRequestOptions({ signal, timeout, maxRetries, retryFor }: RequestOptions): RequestOptions {
  return { signal, timeout, maxRetries, retryFor };
}

/**
 * Checks the id and the options of a call for one file, run or batch.
 *
 * @returns The id in lower case, as servers return it.
 * @throws `ValidationError` if the id or an option is invalid.
 */
export function checkIdAndOptions(
  id: unknown,
  idName: 'fileId' | 'requestId' | 'batchId' | 'id',
  options: RequestOptions,
  callName: string,
): string {
  const issues = new Issues();
  issues.add([idName], checkId(id));
  issues.check(options, requestRules, callName);
  issues.throwIfAny();
  return (id as string).toLowerCase();
}
