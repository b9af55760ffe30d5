import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { WorkerRecord } from 'millrace/shared/types/worker.js';
import { api } from './api.js';
import { useLiveEvent } from './live/live.js';
import { queryKeys } from './query-keys.js';

interface WorkerList {
  readonly items: readonly WorkerRecord[];
}

/** Lists the workers, with live updates. @param all Whether to include workers whose last heartbeat was more than a day ago. */
export function useWorkers(all = false) {
  const client = useQueryClient();
  const key = queryKeys.workers({ all });
  useLiveEvent('worker', (worker) =>
    client.setQueryData<WorkerList>(key, (list) => list && { items: replaceOrAdd(list.items, worker) }),
  );
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api<WorkerList>('/v1/workers', { query: { all: all || undefined }, signal }),
  });
}

function replaceOrAdd(workers: readonly WorkerRecord[], changed: WorkerRecord): WorkerRecord[] {
  return workers.some(({ id }) => id === changed.id)
    ? workers.map((worker) => (worker.id === changed.id ? changed : worker))
    : [changed, ...workers];
}
