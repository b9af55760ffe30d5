import { useMemo, useState } from 'react';
import { isFailureState } from 'millrace/shared/runs/run-state.js';
import type { RunSummary } from 'millrace/shared/runs/run-status.js';
import { useUrlParams, type UrlParams } from '../../parts/tables/url-params.js';

const filterNames = [
  'state',
  'of',
  'kind',
  'name',
  'worker',
  'range',
  'since',
  'until',
  'root',
  'parent',
  'batch',
  'q',
  'fingerprint',
  'sort',
] as const;

export type RunFilterName = (typeof filterNames)[number];
export type RunFilters = UrlParams<RunFilterName>;

/** The query parameters that select runs, for example in `GET /v1/runs`. */
export type RunQuery = Readonly<Partial<Record<Exclude<RunFilterName, 'range' | 'sort'>, string>>>;

export const durationMsByRange = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
} as const;

export function useRunFilters() {
  const [filters, setFilters] = useUrlParams(filterNames);
  // all pages of the list must use the same start of the range
  const [openedAt] = useState(Date.now);
  // keep the same object when only other URL parameters change, such as `sort`, because a new object clears the selection
  const queryJson = JSON.stringify(toRunQuery(filters, openedAt));
  const runQuery = useMemo(() => JSON.parse(queryJson) as RunQuery, [queryJson]);
  // the server rejects a search that is not sorted by creation time
  const sort = filters.q === undefined ? (filters.sort ?? '-created') : '-created';
  return { filters, setFilters, runQuery, sort };
}

function toRunQuery({ range, sort: _, ...rest }: RunFilters, openedAt: number): RunQuery {
  if (range === undefined || !Object.hasOwn(durationMsByRange, range)) return rest;
  return {
    ...rest,
    since: new Date(openedAt - durationMsByRange[range as keyof typeof durationMsByRange]).toISOString(),
  };
}

/** Returns whether a query matches only failed and crashed runs. */
export function selectsOnlyFailures({ state, fingerprint }: RunQuery): boolean {
  return fingerprint !== undefined || (state?.split(',').every(isFailureState) ?? false);
}

/**
 * Returns whether a run could match a query. Ignores the search text and the worker. For a fingerprint, checks only that the run failed
 * or crashed.
 */
export function mayMatch(run: RunSummary, runQuery: RunQuery): boolean {
  const { state, of, kind, name, since, until, root, parent, batch, fingerprint } = runQuery;
  const states = state?.split(',') ?? [];
  return (
    (states.length === 0 || states.includes(run.state)) &&
    (of === undefined || run.of === of) &&
    (kind === undefined || run.kind === kind) &&
    (name === undefined || run.name === name) &&
    (since === undefined || Date.parse(run.createdAt) >= Date.parse(since)) &&
    (until === undefined || Date.parse(run.createdAt) < Date.parse(until)) &&
    (root !== 'true' || run.parent === null) &&
    (parent === undefined || run.parent === parent) &&
    (batch === undefined || run.batch === batch) &&
    (fingerprint === undefined || isFailureState(run.state))
  );
}
