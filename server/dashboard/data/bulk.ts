import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RunList } from 'millrace/shared/runs/run-lists.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import type { BulkAction, BulkJobStatus, BulkPreview } from 'millrace/shared/types/bulk.js';
import { callApi, type QueryParameters } from './api.js';
import { queryKeys } from './query-keys.js';

/** Selects the runs for a bulk action, by id or by filter. */
export type BulkTarget = { readonly ids: readonly string[] } | { readonly filter: QueryParameters };

const bulkPath = '/v1/runs/bulk';
const longPollTimeoutSeconds = 25;

interface BulkOperation {
  readonly action: BulkAction;
  /** The first step to rerun; `undefined` to rerun all steps. */
  readonly from?: string | undefined;
}

/** Fetches a preview of a bulk action: the numbers of selected and eligible runs, and why the other runs would be refused. */
export function useBulkPreview(operation: BulkOperation, target: BulkTarget) {
  return useQuery({
    queryKey: queryKeys.bulkPreview(operation, target),
    queryFn: ({ signal }) =>
      callApi<BulkPreview>(bulkPath, { method: 'POST', body: { ...operation, ...target, dryRun: true }, signal }),
    gcTime: 0,
    staleTime: Infinity,
  });
}

const maxSuggestedSteps = 300;

/** Fetches the steps of one selected run, as suggestions for the first step to rerun. */
export function useStepSuggestions(target: BulkTarget) {
  return useQuery({
    queryKey: queryKeys.bulkSteps(target),
    queryFn: async ({ signal }) => {
      const id = 'ids' in target ? target.ids[0] : await findRunId(target.filter, signal);
      if (id === undefined) return [];
      const { kind, tasks } = await callApi<RunStatus>(`/v1/runs/${id}`, { signal });
      // the task keys of a hosted run contain only module numbers (`module_1`), so suggest the module names
      return [...new Set(tasks.map(({ key, name }) => (kind === 'hosted' ? name : key)))].slice(0, maxSuggestedSteps);
    },
    gcTime: 0,
    staleTime: Infinity,
  });
}

/** Fetches the id of a run that matches the filter; `undefined` if no run matches. */
async function findRunId(filter: QueryParameters, signal: AbortSignal): Promise<string | undefined> {
  const { items } = await callApi<RunList>('/v1/runs', { query: { ...filter, limit: 1 }, signal });
  return items[0]?.requestId;
}

export function useStartBulkJob() {
  return useMutation({
    mutationFn: (body: BulkTarget & BulkOperation) => callApi<BulkJobStatus>(bulkPath, { method: 'POST', body }),
  });
}

/**
 * Returns the latest status of a bulk job. Long-polls the server until the job ends.
 *
 * @param startedJob The job as returned by the request that started it; `undefined` if no job has been started.
 */
export function useBulkJob(startedJob: BulkJobStatus | undefined) {
  const client = useQueryClient();
  const id = startedJob?.id ?? '';
  const queryKey = queryKeys.bulkJob(id);
  const { data } = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      for (let job = startedJob; ;) {
        const query = { wait: longPollTimeoutSeconds, done: job?.done };
        job = await callApi<BulkJobStatus>(`/v1/bulk/${id}`, { query, signal });
        if (job.state !== 'running') return job;
        client.setQueryData(queryKey, job);
      }
    },
    enabled: startedJob !== undefined,
  });
  return data ?? startedJob;
}

export function useStopBulkJob() {
  return useMutation({ mutationFn: (id: string) => callApi<BulkJobStatus>(`/v1/bulk/${id}`, { method: 'DELETE' }) });
}
