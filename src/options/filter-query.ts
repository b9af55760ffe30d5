import { isDate } from '../shared/rules/class-of.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { Issues } from './issues.js';
import type { OptionRules } from './option-rules.js';
import { requestRules } from './request-options.js';

/**
 * Checks the filter and the options of a call, and returns the filter as a query string.
 *
 * @param parameterNames Maps filter fields to query parameter names, for the fields whose names differ.
 * @throws `ValidationError` if the filter or an option is invalid.
 */
export function buildFilterQuery<Filter extends object>(
  filter: Filter,
  rules: OptionRules<keyof Filter & string>,
  options: RequestOptions,
  callName: string,
  parameterNames: Readonly<Record<string, string>> = {},
): string {
  const issues = new Issues();
  issues.check(filter, rules, `the filter of ${callName}`);
  issues.check(options, requestRules, callName);
  issues.throwIfAny();
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter) as [string, string | number | boolean | Date | undefined][]) {
    if (value === undefined) continue;
    query.set(parameterNames[name] ?? name, isDate(value) ? value.toISOString() : String(value));
  }
  return query.toString();
}
