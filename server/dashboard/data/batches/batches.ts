import { useInfiniteQuery, useMutation, useQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import type { BatchDetails, BatchPage, BatchStatus } from 'millrace/shared/runs/batch-status.js';
import { callApi } from '../api.js';
import { toServerPath } from '../base.js';
import { queryKeys } from '../query-keys.js';
import { useLiveEvent } from '../live/live.js';
import { useThrottledRefetch } from '../live/throttled-refetch.js';
import { useReplayAfterFetch } from '../live/replay-after-fetch.js';
import { replaceOrAdd } from './replace-or-add.js';

/** The interval for refetching running batches with a known speed, in ms. While no file finishes, the speed drops without an event. */
const speedRefetchIntervalMs = 15_000;

const hasSpeed = ({ state, filesPerSecond }: BatchStatus): boolean => state === 'running' && filesPerSecond !== null;

/** Lists the batches, newest first. Live events update batches in place and insert new batches. */
export function useBatches() {
  const client = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: queryKeys.batches,
    queryFn: ({ signal, pageParam }) =>
      callApi<BatchPage>('/v1/batches', { query: { cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && data.pages.some(({ items }) => items.some(hasSpeed)) && speedRefetchIntervalMs,
  });
  const applyToData = (batch: BatchStatus) =>
    client.setQueryData<InfiniteData<BatchPage>>(
      queryKeys.batches,
      (before) => before && { ...before, pages: replaceOrAdd(before.pages, batch) },
    );
  const apply = useReplayAfterFetch(query.isFetching, applyToData);
  useLiveEvent('batch', apply);
  return query;
}

/** Returns the download path of a ZIP archive with the outputs of a batch. */
export const batchOutputsPath = (id: string) => toServerPath(`/v1/batches/${encodeURIComponent(id)}/outputs`);

/** Fetches a batch, and updates it with live events. */
export function useBatch(id: string) {
  const client = useQueryClient();
  const queryKey = queryKeys.batch(id);
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => callApi<BatchDetails>(`/v1/batches/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: ({ state: { data } }) => data !== undefined && hasSpeed(data) && speedRefetchIntervalMs,
  });
  const applyToData = (batch: BatchStatus) =>
    client.setQueryData<BatchDetails>(queryKey, (before) => before && { ...before, ...batch });
  const refetch = useThrottledRefetch([queryKey]);
  const apply = useReplayAfterFetch(query.isFetching, applyToData);
  useLiveEvent('batch', (batch) => {
    if (batch.batchId !== id) return;
    apply(batch);
    // refetch the batch, because events omit failure reasons and usage
    refetch();
  });
  return query;
}

export function useCancelBatch(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => callApi<BatchDetails>(`/v1/batches/${encodeURIComponent(id)}/cancel`, { method: 'POST' }),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.batch(id) }),
  });
}

/** Returns the number of finished files, in any final state. */
export function countFinishedFiles({ counts: { completed, failed, cancelled, skipped } }: BatchStatus): number {
  return completed + failed + cancelled + skipped;
}
