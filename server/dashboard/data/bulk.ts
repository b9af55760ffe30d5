import { useMutation, useQuery } from '@tanstack/react-query';
import type { BulkAction, BulkJobStatus, BulkPreview } from 'millrace/shared/types/bulk.js';
import { api, type Query } from './api.js';
import { queryKeys } from './query-keys.js';

/** Runs by their ids, or everything that a filter selects. */
export type BulkTarget = { readonly ids: readonly string[] } | { readonly filter: Query };

const path = '/v1/runs/bulk';
const pollMs = 500;

/** How many runs an action would concern, and how many not and why. */
export function useBulkPreview(action: BulkAction, target: BulkTarget) {
  return useQuery({
    queryKey: queryKeys.bulkPreview(action, target),
    queryFn: ({ signal }) =>
      api<BulkPreview>(path, { method: 'POST', body: { action, ...target, dryRun: true }, signal }),
    gcTime: 0,
    staleTime: Infinity,
  });
}

export function useStartBulk() {
  return useMutation({
    mutationFn: (body: BulkTarget & { readonly action: BulkAction }) =>
      api<BulkJobStatus>(path, { method: 'POST', body }),
  });
}

/** A job as it goes on. The stream does not tell of jobs, so it is asked while it runs and is shown. */
export function useBulkJob(started: BulkJobStatus | undefined) {
  const id = started?.id ?? '';
  const { data } = useQuery({
    queryKey: queryKeys.bulkJob(id),
    queryFn: ({ signal }) => api<BulkJobStatus>(`/v1/bulk/${id}`, { signal }),
    enabled: started !== undefined,
    refetchInterval: ({ state }) => (state.data && state.data.state !== 'running' ? false : pollMs),
  });
  return data ?? started;
}

export function useStopBulk() {
  return useMutation({ mutationFn: (id: string) => api<BulkJobStatus>(`/v1/bulk/${id}`, { method: 'DELETE' }) });
}
