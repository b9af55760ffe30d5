import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { RunList } from 'millrace/shared/runs/run-lists.js';
import type { RunSummary } from 'millrace/shared/runs/run-status.js';
import { callApi } from '../../data/api.js';
import { useLiveEvent } from '../../data/live/live.js';
import { queryKeys } from '../../data/query-keys.js';
import { useReplayAfterFetch } from '../../data/live/replay-after-fetch.js';
import { mayMatch, type RunQuery } from './run-filters.js';

const pageSize = 200;

/**
 * Fetches the runs that match a query, in pages. Live events update loaded runs in place, and remove deleted ones. `newRunCount` is the
 * number of runs in live events that could match but are not loaded. `showNewRuns` refetches the list. While the list is empty, a live
 * event for such a run also refetches it.
 */
export function useRunPages(runQuery: RunQuery, sort: string) {
  const client = useQueryClient();
  const queryKey = useMemo(() => queryKeys.runs({ ...runQuery, sort }), [runQuery, sort]);
  const [unseenRuns, setUnseenRuns] = useState<{ readonly queryKey: unknown; readonly ids: ReadonlySet<string> }>();

  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      callApi<RunList>('/v1/runs', {
        query: { ...runQuery, sort, limit: pageSize, cursor: pageParam, count: pageParam === null },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
  const { data, refetch } = query;
  const runs = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);

  const update = (change: (items: RunSummary[]) => RunSummary[]) =>
    client.setQueryData<InfiniteData<RunList>>(
      queryKey,
      (before) => before && { ...before, pages: before.pages.map((page) => ({ ...page, items: change(page.items) })) },
    );

  const isLoaded = (run: RunSummary) => runs.some(({ requestId }) => requestId === run.requestId);
  const replace = useReplayAfterFetch(query.isFetching, (run: RunSummary) => {
    if (isLoaded(run)) update((items) => items.map((item) => (item.requestId === run.requestId ? run : item)));
  });
  useLiveEvent('run', (run) => {
    replace(run);
    if (isLoaded(run) || !data || !mayMatch(run, runQuery)) return;
    setUnseenRuns((before) => {
      const ids = before?.queryKey === queryKey ? before.ids : [];
      return { queryKey, ids: new Set([...ids, run.requestId]) };
    });
    // in an empty list, new runs do not shift any rows, so show them immediately
    if (runs.length === 0) void refetch();
  });
  useLiveEvent('run-deleted', ({ requestId }) =>
    update((items) => items.filter((item) => item.requestId !== requestId)),
  );

  const newRunCount = useMemo(() => {
    if (unseenRuns?.queryKey !== queryKey) return 0;
    const loadedIds = new Set(runs.map(({ requestId }) => requestId));
    return [...unseenRuns.ids].filter((id) => !loadedIds.has(id)).length;
  }, [unseenRuns, queryKey, runs]);

  const showNewRuns = useCallback(async () => {
    setUnseenRuns(undefined);
    // `refetch` fetches every loaded page, so keep only the first one
    client.setQueryData<InfiniteData<RunList>>(
      queryKey,
      (before) => before && { pages: before.pages.slice(0, 1), pageParams: before.pageParams.slice(0, 1) },
    );
    await refetch();
  }, [client, queryKey, refetch]);

  const [firstPage] = data?.pages ?? [];
  return {
    ...query,
    runs,
    total: firstPage?.total,
    totalIsExact: firstPage?.totalIsExact ?? true,
    newRunCount,
    showNewRuns,
  };
}
