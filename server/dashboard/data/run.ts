import { useQueries, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useRef } from 'react';
import type { LogPage } from 'millrace/shared/runs/run-event.js';
import type { RunList, RunTask } from 'millrace/shared/runs/run-lists.js';
import type { RunStatus, TaskStatus } from 'millrace/shared/runs/run-status.js';
import { callApi, ServerError } from './api.js';
import { extractFailedAttempts, type FailedAttempt } from './failed-attempt.js';
import { useFollowRun, useLiveEvent } from './live/live.js';
import { queryKeys } from './query-keys.js';

type Change = (run: RunStatus) => RunStatus;

/** Fetches a run, and updates its fields and tasks with live events. */
export function useRun(id: string) {
  const client = useQueryClient();
  // the response can be older than changes that arrive during the request, so apply these changes to the response too
  const pendingChanges = useRef<Change[]>(undefined);
  const query = useQuery({
    queryKey: queryKeys.run(id),
    queryFn: async ({ signal }) => {
      for (;;) {
        const changes: Change[] = [];
        pendingChanges.current = changes;
        const fetched = await fetchRun(id, signal);
        const run = changes.reduce((before, change) => change(before), fetched);
        // the state changed during the request: fetch the run again, because events omit its result
        if (run.state !== fetched.state) continue;
        if (pendingChanges.current === changes) pendingChanges.current = undefined;
        return run;
      }
    },
  });
  useFollowRun(id);
  const update = (change: Change) => {
    pendingChanges.current?.push(change);
    client.setQueryData<RunStatus>(queryKeys.run(id), (before) => before && change(before));
  };

  useLiveEvent('run', ({ taskCounts: _, currentTasks: __, subject: ___, fileTags: ____, ...summary }) => {
    if (summary.requestId !== id) return;
    const before = client.getQueryData<RunStatus>(queryKeys.run(id));
    // refetch the run, because events omit its result and its warnings
    if (before?.state !== summary.state || before.warningCount !== summary.warningCount) void query.refetch();
    update((run) => ({ ...run, ...summary, error: run.error, progress: { ...run.progress, ...summary.progress } }));
  });
  useLiveEvent('task', ({ requestId, tasks }) => {
    if (requestId === id) update((run) => ({ ...run, tasks: mergeTasks(run.tasks, tasks) }));
  });
  useLiveEvent('run-deleted', ({ requestId }) => {
    if (requestId === id) void query.refetch();
  });
  useLiveEvent('opened', ({ followedRunId }) => {
    if (followedRunId === id) void query.refetch();
  });
  return query;
}

function mergeTasks(before: readonly TaskStatus[], changed: readonly TaskStatus[]): TaskStatus[] {
  const byKey = new Map(changed.map((task) => [task.key, task]));
  const merged = before.map((task) => {
    const changedTask = byKey.get(task.key);
    byKey.delete(task.key);
    return changedTask ?? task;
  });
  return [...merged, ...byKey.values()].sort((a, b) => a.index - b.index);
}

/** Fetches the first 1000 child runs of a run: its subflows, and the runs of the files that it processes. */
export function useChildRuns(id: string) {
  const client = useQueryClient();
  const queryKey = queryKeys.runChildren(id);
  useLiveEvent('run', (run) => {
    if (run.parent === id) void client.invalidateQueries({ queryKey });
  });
  return useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      callApi<RunList>('/v1/runs', { query: { parent: id, sort: 'created', limit: 1000 }, signal }).then(
        ({ items }) => items,
      ),
  });
}

/** Fetches runs, and refetches them when they change. Returns the loaded runs by id. */
export function useRunsById(ids: readonly string[]): ReadonlyMap<string, RunStatus> {
  const client = useQueryClient();
  useLiveEvent('run', ({ requestId: id }) => {
    if (ids.includes(id)) void client.invalidateQueries({ queryKey: queryKeys.run(id), exact: true });
  });
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: queryKeys.run(id),
      queryFn: ({ signal }: { signal: AbortSignal }) => fetchRun(id, signal),
    })),
    combine: mapById,
  });
}

const fetchRun = (id: string, signal: AbortSignal): Promise<RunStatus> =>
  callApi(`/v1/runs/${encodeURIComponent(id)}`, { signal });

// defined outside the hook, so that `useQueries` returns the same map until a run changes
const mapById = (results: readonly UseQueryResult<RunStatus>[]): ReadonlyMap<string, RunStatus> =>
  new Map(results.flatMap(({ data }) => (data ? [[data.requestId, data] as const] : [])));

/** Fetches the failed attempts of retried tasks from a run's log. */
export function useFailedAttempts(run: RunStatus): readonly FailedAttempt[] {
  const attemptCount = run.tasks.reduce((sum, { attempt, state }) => sum + attempt + (state === 'retrying' ? 1 : 0), 0);
  const { data } = useQuery({
    queryKey: queryKeys.runFailedAttempts(run.requestId, attemptCount),
    queryFn: async ({ signal }) => {
      const query = { level: 'warning', q: 'Retrying in', limit: 10_000 };
      const { items } = await callApi<LogPage>(`/v1/runs/${run.requestId}/logs`, { query, signal });
      return extractFailedAttempts(items);
    },
    enabled: run.tasks.some(({ attempt, state }) => attempt > 1 || state === 'retrying'),
    placeholderData: (before) => before,
  });
  return data ?? [];
}

/** The debounce delay before the values of a newly selected task are requested, in ms. */
const debounceMs = 150;

/** Fetches the input and output of a task. The data is `null` if the server does not have the task. */
export function useTaskValues(id: string, task: TaskStatus) {
  return useQuery({
    queryKey: queryKeys.runTask(id, task.key, task.state),
    queryFn: async ({ signal }): Promise<RunTask | null> => {
      await new Promise((resolve) => setTimeout(resolve, debounceMs));
      signal.throwIfAborted();
      try {
        return await callApi<RunTask>(`/v1/runs/${id}/tasks/${encodeURIComponent(task.key)}`, { signal });
      } catch (error) {
        if (error instanceof ServerError && error.status === 404) return null;
        throw error;
      }
    },
  });
}
