import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RunList } from 'millrace/shared/runs/run-lists.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import type { BulkAction, BulkJobStatus, BulkPreview } from 'millrace/shared/types/bulk.js';
import { api, type Query } from './api.js';
import { queryKeys } from './query-keys.js';

/** The runs with these ids, or all runs that match the filter. */
export type BulkTarget = { readonly ids: readonly string[] } | { readonly filter: Query };

const path = '/v1/runs/bulk';
/** How long the server waits for progress before it responds, in seconds. */
const waitSeconds = 25;

/** The action on the runs. */
interface BulkWork {
  readonly action: BulkAction;
  /** The step to rerun from; `undefined` for the beginning. */
  readonly from?: string | undefined;
}

/** Previews an action: to how many runs it applies, and why the server would refuse the rest. */
export function useBulkPreview(work: BulkWork, target: BulkTarget) {
  return useQuery({
    queryKey: queryKeys.bulkPreview(work, target),
    queryFn: ({ signal }) =>
      api<BulkPreview>(path, { method: 'POST', body: { ...work, ...target, dryRun: true }, signal }),
    gcTime: 0,
    staleTime: Infinity,
  });
}

/** The maximum number of steps to suggest. */
const maxSteps = 300;

/** Reads the steps of one of the runs, as suggestions for all of them. */
export function useExampleSteps(target: BulkTarget) {
  return useQuery({
    queryKey: queryKeys.bulkSteps(target),
    queryFn: async ({ signal }) => {
      const id = 'ids' in target ? target.ids[0] : await findFirst(target.filter, signal);
      if (id === undefined) return [];
      const { kind, tasks } = await api<RunStatus>(`/v1/runs/${id}`, { signal });
      // the keys of a hosted run are numbered: `module_1`
      return [...new Set(tasks.map(({ key, name }) => (kind === 'hosted' ? name : key)))].slice(0, maxSteps);
    },
    gcTime: 0,
    staleTime: Infinity,
  });
}

async function findFirst(filter: Query, signal: AbortSignal): Promise<string | undefined> {
  const { items } = await api<RunList>('/v1/runs', { query: { ...filter, limit: 1 }, signal });
  return items[0]?.requestId;
}

export function useStartBulk() {
  return useMutation({
    mutationFn: (body: BulkTarget & BulkWork) => api<BulkJobStatus>(path, { method: 'POST', body }),
  });
}

/** Follows a job until it ends. Each request waits on the server until the job has made progress. */
export function useBulkJob(started: BulkJobStatus | undefined) {
  const client = useQueryClient();
  const id = started?.id ?? '';
  const queryKey = queryKeys.bulkJob(id);
  const { data } = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      for (let job = started; ;) {
        const query = { wait: waitSeconds, done: job?.done };
        job = await api<BulkJobStatus>(`/v1/bulk/${id}`, { query, signal });
        if (job.state !== 'running') return job;
        client.setQueryData(queryKey, job);
      }
    },
    enabled: started !== undefined,
  });
  return data ?? started;
}

export function useStopBulk() {
  return useMutation({ mutationFn: (id: string) => api<BulkJobStatus>(`/v1/bulk/${id}`, { method: 'DELETE' }) });
}
