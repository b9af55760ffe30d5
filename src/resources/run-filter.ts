import { buildFilterQuery } from '../options/filter-query.js';
import { anyValueFor, integerAtLeast, toBeBoolean, toBeDate, type OptionRules } from '../options/option-rules.js';
import type { RunState } from '../shared/runs/run-status.js';
import type { RequestOptions } from '../shared/types/client-options.js';

/** A filter for runs. A run matches if it matches every field that is set. */
export interface RunFilter {
  /** A state, or a list of states. A run matches if it is in one of them. */
  state?: RunState | readonly RunState[] | undefined;
  kind?: 'hosted' | 'pipeline' | 'flow' | 'task' | undefined;
  /** The name of the pipeline, flow or task. */
  of?: string | undefined;
  /** The run's human-readable name. */
  name?: string | undefined;
  /** The id of the worker that is executing or last executed the run. */
  worker?: string | undefined;
  /** Only runs created at or after this time. */
  since?: Date | undefined;
  /** Only runs created before this time. */
  until?: Date | undefined;
  /** Whether to select only runs without a parent run. @default false */
  root?: boolean | undefined;
  /** Only the child runs of the run with this id. */
  parent?: string | undefined;
  /** Only the runs of the batch with this id. */
  batch?: string | undefined;
  /** Only runs that failed or crashed for the reason with this `fingerprint`, as returned by `client.pipelines.failures()`. */
  fingerprint?: string | undefined;
  /**
   * The words to search for. Each word must occur in the run's name, the name of its pipeline, flow, task or file, the first 1000
   * characters of its input as JSON, or the first 1000 characters of its error. Case is ignored. A page of search results can have
   * few or no runs even if more pages follow.
   */
  search?: string | undefined;
}

/** A filter for `client.runs.list()`, with the sort order and the page to return. */
export interface RunListFilter extends RunFilter {
  /**
   * The sort key. The prefix `-` means descending order. Runs without a value for the key, such as unfinished runs in a list sorted by
   * `finished`, come last. A search can be sorted only by `created` or `-created`.
   *
   * @default '-created'
   */
  sort?: RunSort | undefined;
  /** Whether to count the runs on all pages and return `total` and `totalIsExact`. @default false */
  count?: boolean | undefined;
  /** Maximum number of runs per page, at most 1000. @default 100 */
  limit?: number | undefined;
  /** The previous page's `nextCursor`. */
  cursor?: string | undefined;
}

/** The sort key of a list of runs. The prefix `-` means descending order. */
export type RunSort =
  | 'created'
  | '-created'
  | 'started'
  | '-started'
  | 'finished'
  | '-finished'
  | 'duration'
  | '-duration';

/** The rules for {@link RunFilter}. The server checks the fields that accept any value here. */
export const runFilterRules: OptionRules<keyof RunFilter> = {
  ...anyValueFor(['state', 'kind', 'of', 'name', 'worker', 'parent', 'batch', 'fingerprint', 'search']),
  since: toBeDate,
  until: toBeDate,
  root: toBeBoolean,
};

export const listRules: OptionRules<keyof RunListFilter> = {
  ...runFilterRules,
  ...anyValueFor(['sort', 'cursor']),
  count: toBeBoolean,
  limit: integerAtLeast(1),
};

export const pointsRules: OptionRules<keyof RunFilter | 'limit'> = { ...runFilterRules, limit: integerAtLeast(1) };

/** Checks the filter and the options of a call, and returns the filter as a query string. @throws `ValidationError` if they are invalid. */
export function buildRunFilterQuery<Filter extends RunFilter>(
  filter: Filter,
  rules: OptionRules<keyof Filter & string>,
  options: RequestOptions,
  callName: string,
): string {
  return buildFilterQuery(filter, rules, options, callName, { search: 'q' });
}
