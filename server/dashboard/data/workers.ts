import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { WorkerRecord } from 'millrace/shared/types/worker.js';
import { api } from './api.js';
import { useLiveEvent } from './live/live.js';
import { queryKeys } from './query-keys.js';

interface WorkerList {
  readonly items: readonly WorkerRecord[];
}

/** Lists the workers, with live updates. @param includeInactive Whether to include workers without a heartbeat for more than a day. */
export function useWorkers(includeInactive = false) {
  const client = useQueryClient();
  const key = queryKeys.workers({ all: includeInactive });
  useLiveEvent('worker', (worker) =>
    client.setQueryData<WorkerList>(key, (list) => list && { items: replaceOrAdd(list.items, worker) }),
  );
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api<WorkerList>('/v1/workers', { query: { all: includeInactive || undefined }, signal }),
  });
}

function replaceOrAdd(workers: readonly WorkerRecord[], changed: WorkerRecord): WorkerRecord[] {
  return workers.some(({ id }) => id === changed.id)
    ? workers.map((worker) => (worker.id === changed.id ? changed : worker))
    : [changed, ...workers];
}
