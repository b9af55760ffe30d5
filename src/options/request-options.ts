import type { RequestOptions } from '../shared/types/client-options.js';
import type { Issues } from './issues.js';

export const requestOptionNames = ['signal', 'timeout', 'maxRetries'] as const;

export function checkRequestOptions(options: RequestOptions, issues: Issues): void {
  const { signal, timeout, maxRetries } = options;
  issues.expect('signal', signal, isSignal(signal), 'an AbortSignal');
  issues.expect('timeout', timeout, isWhole(timeout, 1), 'a whole number of milliseconds from 1 up');
  issues.expect('maxRetries', maxRetries, isWhole(maxRetries, 0), 'a whole number from 0 up');
}

/** The options that concern the request, of options that have others as well. */
export function pickRequestOptions({ signal, timeout, maxRetries }: RequestOptions): RequestOptions {
  return { signal, timeout, maxRetries };
}

export function isWhole(value: unknown, min: number): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min;
}

/** By what it can do: signals of polyfills and of other realms are signals too. */
function isSignal(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'aborted' in value &&
    typeof (value as AbortSignal).addEventListener === 'function'
  );
}
