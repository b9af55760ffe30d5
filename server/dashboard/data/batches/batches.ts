import { useInfiniteQuery, useMutation, useQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import type { BatchDetails, BatchPage, BatchStatus } from 'millrace/shared/runs/batch-status.js';
import { api } from '../api.js';
import { queryKeys } from '../query-keys.js';
import { useLive } from '../live/live.js';
import { useRefresh } from '../live/refresh.js';
import { useWhileReading } from '../live/while-reading.js';
import { replaceOrAdd } from './replace-or-add.js';

/** How often the speed of a running batch is read, in ms. The speed falls over time, without an event. */
const speedReadMs = 15_000;

const hasSpeed = ({ state, filesPerSecond }: BatchStatus): boolean => state === 'running' && filesPerSecond !== null;

/** Lists the batches, newest first. Live events update them in place, and insert new ones. */
export function useBatches() {
  const client = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: queryKeys.batches,
    queryFn: ({ signal, pageParam }) =>
      api<BatchPage>('/v1/batches', { query: { cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && data.pages.some(({ items }) => items.some(hasSpeed)) && speedReadMs,
  });
  const apply = (batch: BatchStatus) =>
    client.setQueryData<InfiniteData<BatchPage>>(
      queryKeys.batches,
      (before) => before && { ...before, pages: replaceOrAdd(before.pages, batch) },
    );
  const keep = useWhileReading<BatchStatus>(query.isFetching, (news) => news.forEach(apply));
  useLive('batch', (batch) => {
    keep(batch);
    apply(batch);
  });
  return query;
}

export function useBatch(id: string) {
  const client = useQueryClient();
  const queryKey = queryKeys.batch(id);
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => api<BatchDetails>(`/v1/batches/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: ({ state: { data } }) => data !== undefined && hasSpeed(data) && speedReadMs,
  });
  const apply = (batch: BatchStatus) =>
    client.setQueryData<BatchDetails>(queryKey, (before) => before && { ...before, ...batch });
  const refresh = useRefresh([queryKey]);
  const keep = useWhileReading<BatchStatus>(query.isFetching, (news) => news.forEach(apply));
  useLive('batch', (batch) => {
    if (batch.batchId !== id) return;
    keep(batch);
    apply(batch);
    // events omit the reasons for failures and the usage
    refresh();
  });
  return query;
}

export function useCancelBatch(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api<BatchDetails>(`/v1/batches/${encodeURIComponent(id)}/cancel`, { method: 'POST' }),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.batch(id) }),
  });
}

/** Returns the number of files that have ended, in any state. */
export function doneFiles({ counts: { completed, failed, cancelled, skipped } }: BatchStatus): number {
  return completed + failed + cancelled + skipped;
}
