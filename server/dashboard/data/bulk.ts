import { useMutation, useQuery } from '@tanstack/react-query';
import { api, type Query } from './api.js';
import { queryKeys } from './query-keys.js';

/** What can be done to many runs at once. */
export type BulkAction = 'resume' | 'rerun' | 'cancel' | 'delete';

/** Why runs were refused, or would be, and how many. */
export interface BulkRefusal {
  reason: string;
  count: number;
}

/** What a bulk job would do. */
export interface BulkPreview {
  /** The number of runs that the filter or the ids select, at most 10 000. */
  matched: number;
  /** Whether the filter selects more runs. The job takes the newest 10 000. */
  more: boolean;
  /** How many of them the action fits. */
  eligible: number;
  /** Why it does not fit the others. */
  refused: BulkRefusal[];
}

/** A bulk job. The server does it run by run, also after a restart. */
export interface BulkJobStatus {
  id: string;
  action: BulkAction;
  state: 'running' | 'completed' | 'stopped';
  /** The number of runs that the job is for. */
  matched: number;
  /** How many of them are done, and how many of these succeeded. */
  done: number;
  succeeded: number;
  refused: BulkRefusal[];
  /** ISO 8601, UTC. */
  createdAt: string;
  finishedAt: string | null;
}

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
