import { Issues } from './issues.js';
import { checkRequestOptions, requestOptionNames } from './request-options.js';
import { checkId } from '../shared/rules/identifier.js';
import type { RequestOptions } from '../shared/types/client-options.js';

/** Checks the arguments of a call that is about one file or one run; gives the id as servers write it. */
export function checkIdCall(id: unknown, name: 'fileId' | 'requestId', options: RequestOptions, of: string): string {
  const issues = new Issues();
  issues.add([name], checkId(id));
  checkRequestOptions(issues.addUnknown(options, requestOptionNames, of), issues);
  issues.throwIfAny();
  return (id as string).toLowerCase();
}
