import { checkId } from '../shared/rules/arguments.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { Issues } from './issues.js';
import { toBeSignal, wholeFrom, type OptionTable } from './option-table.js';

/** The options that every call with a request has. */
export const requestTable: OptionTable<keyof RequestOptions> = {
  signal: toBeSignal,
  timeout: wholeFrom(1, ' of milliseconds'),
  maxRetries: wholeFrom(0),
};

/** Returns the options that concern the request, of options that have others as well. */
export function pickRequestOptions({ signal, timeout, maxRetries }: RequestOptions): RequestOptions {
  return { signal, timeout, maxRetries };
}

/**
 * Checks the arguments of a call that is about one file or one run.
 *
 * @returns The id as servers write it.
 * @throws `ValidationError`
 */
export function checkIdCall(id: unknown, name: 'fileId' | 'requestId', options: RequestOptions, of: string): string {
  const issues = new Issues();
  issues.add([name], checkId(id));
  issues.check(options, requestTable, of);
  issues.throwIfAny();
  return (id as string).toLowerCase();
}
