import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import type { Json } from 'millrace/shared/types/json.js';
import { callApi } from './api.js';
import { queryKeys } from './query-keys.js';

export interface RerunOptions {
  /** The key of the first step to rerun. @default the first step of the run */
  readonly from?: string | undefined;
  /** The input of the new run. @default the input of the original run */
  readonly input?: Json | undefined;
}

/**
 * Returns functions that cancel, resume, rerun and delete a run. `cancel` may resolve before the run has stopped. `rerun` resolves to the
 * new run.
 */
export function useRunActions(id: string) {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: queryKeys.run(id) });
  const path = `/v1/runs/${encodeURIComponent(id)}`;
  const cancel = useMutation({ mutationFn: () => callApi(`${path}/cancel`, { method: 'POST' }), onSuccess });
  const resume = useMutation({ mutationFn: () => callApi(`${path}/resume`, { method: 'POST', body: {} }), onSuccess });
  const rerun = useMutation({
    mutationFn: (options: RerunOptions) => callApi<RunStatus>(`${path}/rerun`, { method: 'POST', body: options }),
  });
  const remove = useMutation({ mutationFn: () => callApi(path, { method: 'DELETE' }) });
  return {
    cancel: cancel.mutateAsync,
    resume: resume.mutateAsync,
    rerun: rerun.mutateAsync,
    remove: remove.mutateAsync,
  };
}
