import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { WorkerRecord } from 'millrace/shared/types/worker.js';
import { callApi } from './api.js';
import { useLiveEvent } from './live/live.js';
import { queryKeys } from './query-keys.js';

interface WorkerList {
  readonly items: readonly WorkerRecord[];
}

/**
 * Lists the workers, with live updates.
 *
 * @param includeInactive Whether to include workers that have not sent a heartbeat for more than a day.
 */
export function useWorkers(includeInactive = false) {
  const client = useQueryClient();
  const queryKey = queryKeys.workers({ all: includeInactive });
  useLiveEvent('worker', (worker) =>
    client.setQueryData<WorkerList>(queryKey, (list) => list && { items: replaceOrAdd(list.items, worker) }),
  );
  return useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      callApi<WorkerList>('/v1/workers', { query: { all: includeInactive || undefined }, signal }),
  });
}

function replaceOrAdd(workers: readonly WorkerRecord[], changed: WorkerRecord): WorkerRecord[] {
  return workers.some(({ id }) => id === changed.id)
    ? workers.map((worker) => (worker.id === changed.id ? changed : worker))
    : [changed, ...workers];
}
