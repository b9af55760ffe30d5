import { useMemo, useState } from 'react';

import type { RunSummary } from 'millrace/shared/runs/run-status.js';
import { useUrlFilters, type Filters } from '../../parts/tables/url-filters.js';

const names = [
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

export type RunFilterName = (typeof names)[number];
export type RunFilters = Filters<RunFilterName>;

/** The filters of a request to `/v1/runs`. */
export type RunSelection = Readonly<Partial<Record<Exclude<RunFilterName, 'range' | 'sort'>, string>>>;

export const rangeMs = { '1h': 3_600_000, '24h': 86_400_000, '7d': 7 * 86_400_000, '30d': 30 * 86_400_000 } as const;

export function useRunFilters() {
  const [filters, setFilters] = useUrlFilters(names);
  // fixed, so that a range begins at the same time when more pages are read
  const [openedAt] = useState(Date.now);
  const selection = useMemo(() => toSelection(filters, openedAt), [filters, openedAt]);
  // a search returns the runs in the order of their creation
  const sort = filters.q === undefined ? (filters.sort ?? '-created') : '-created';
  return { filters, setFilters, selection, sort };
}

function toSelection({ range, sort: _, ...rest }: RunFilters, now: number): RunSelection {
  if (range === undefined || !Object.hasOwn(rangeMs, range)) return rest;
  return { ...rest, since: new Date(now - rangeMs[range as keyof typeof rangeMs]).toISOString() };
}

/** Returns whether all runs of a selection have failed. */
export function areFailures({ state, fingerprint }: RunSelection): boolean {
  return (
    fingerprint !== undefined || (state?.split(',').every((one) => one === 'failed' || one === 'crashed') ?? false)
  );
}

/** Returns whether an announced run may match a selection. A filter that only the server can check counts as a match. */
export function mayMatch(run: RunSummary, selection: RunSelection): boolean {
  const { state, of, kind, name, since, until, root, parent, batch, fingerprint } = selection;
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
    (fingerprint === undefined || run.state === 'failed')
  );
}
