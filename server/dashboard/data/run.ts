import { useQueries, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useRef } from 'react';
import type { LogPage } from 'millrace/shared/runs/run-event.js';
import type { RunList, RunTask } from 'millrace/shared/runs/run-lists.js';
import type { RunStatus, TaskStatus } from 'millrace/shared/runs/run-status.js';
import { api, ServerError } from './api.js';
import { readFailedTries, type FailedTry } from './failed-try.js';
import { useFollowRun, useLive } from './live/live.js';
import { queryKeys } from './query-keys.js';

type Change = (run: RunStatus) => RunStatus;

/** A run, live: its own fields and its tasks change as the server announces it. */
export function useRun(id: string) {
  const client = useQueryClient();
  // what the server announces while the record is read, which may be older or newer than what is read
  const announced = useRef<Change[]>(undefined);
  const query = useQuery({
    queryKey: queryKeys.run(id),
    queryFn: async ({ signal }) => {
      for (;;) {
        const changes: Change[] = [];
        announced.current = changes;
        const read = await readRun(id, signal);
        const run = changes.reduce((before, change) => change(before), read);
        // a run that has ended meanwhile has a result, which is not announced
        if (run.state !== read.state) continue;
        if (announced.current === changes) announced.current = undefined;
        return run;
      }
    },
  });
  useFollowRun(id);
  const update = (change: Change) => {
    announced.current?.push(change);
    client.setQueryData<RunStatus>(queryKeys.run(id), (before) => before && change(before));
  };

  useLive('run', ({ taskCounts: _, currentTasks: __, subject: ___, fileTags: ____, ...summary }) => {
    if (summary.requestId !== id) return;
    const before = client.getQueryData<RunStatus>(queryKeys.run(id));
    // what a list leaves out, such as the result, is there when a run ends
    if (before?.state !== summary.state || before.warningCount !== summary.warningCount) void query.refetch();
    update((run) => ({ ...run, ...summary, error: run.error, progress: { ...run.progress, ...summary.progress } }));
  });
  useLive('task', ({ requestId, tasks }) => {
    if (requestId === id) update((run) => ({ ...run, tasks: mergeTasks(run.tasks, tasks) }));
  });
  useLive('run-deleted', ({ requestId }) => {
    if (requestId === id) void query.refetch();
  });
  useLive('opened', ({ run }) => {
    if (run === id) void query.refetch();
  });
  return query;
}

function mergeTasks(before: readonly TaskStatus[], changed: readonly TaskStatus[]): TaskStatus[] {
  const byKey = new Map(changed.map((task) => [task.key, task]));
  const merged = before.map((task) => {
    const now = byKey.get(task.key);
    byKey.delete(task.key);
    return now ?? task;
  });
  return [...merged, ...byKey.values()].sort((a, b) => a.index - b.index);
}

/** The runs that a run has started: its subflows and its files. */
export function useChildren(id: string) {
  const client = useQueryClient();
  const queryKey = queryKeys.runChildren(id);
  useLive('run', (run) => {
    if (run.parent === id) void client.invalidateQueries({ queryKey });
  });
  return useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      api<RunList>('/v1/runs', { query: { parent: id, sort: 'created', limit: 1000 }, signal }).then(
        ({ items }) => items,
      ),
  });
}

/** The records of runs, by id: those that have been read. They are read again when the runs change. */
export function useRecords(ids: readonly string[]): ReadonlyMap<string, RunStatus> {
  const client = useQueryClient();
  useLive('run', ({ requestId: id }) => {
    if (ids.includes(id)) void client.invalidateQueries({ queryKey: queryKeys.run(id), exact: true });
  });
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: queryKeys.run(id),
      queryFn: ({ signal }: { signal: AbortSignal }) => readRun(id, signal),
    })),
    combine: byId,
  });
}

const readRun = (id: string, signal: AbortSignal): Promise<RunStatus> =>
  api(`/v1/runs/${encodeURIComponent(id)}`, { signal });

/** Outside the hook, so that the map is only made anew when a record is. */
const byId = (results: readonly UseQueryResult<RunStatus>[]): ReadonlyMap<string, RunStatus> =>
  new Map(results.flatMap(({ data }) => (data ? [[data.requestId, data] as const] : [])));

/** The attempts that failed before another one began, which only the log tells apart. */
export function useFailedTries(run: RunStatus): readonly FailedTry[] {
  const attempts = run.tasks.reduce((sum, { attempt, state }) => sum + attempt + (state === 'retrying' ? 1 : 0), 0);
  const { data } = useQuery({
    queryKey: queryKeys.runRetries(run.requestId, attempts),
    queryFn: async ({ signal }) => {
      const query = { level: 'warning', q: 'Retrying in', limit: 10_000 };
      const { items } = await api<LogPage>(`/v1/runs/${run.requestId}/logs`, { query, signal });
      return readFailedTries(items);
    },
    enabled: run.tasks.some(({ attempt, state }) => attempt > 1 || state === 'retrying'),
    placeholderData: (before) => before,
  });
  return data ?? [];
}

const settleMs = 150;

/** A task's input and output. `null` where the server does not tell. */
export function useTaskValues(id: string, task: TaskStatus) {
  return useQuery({
    queryKey: queryKeys.runTask(id, task.key, task.state),
    queryFn: async ({ signal }): Promise<RunTask | null> => {
      // a reader who goes through the steps asks only for the one that they stay at
      await new Promise((resolve) => setTimeout(resolve, settleMs));
      signal.throwIfAborted();
      try {
        return await api<RunTask>(`/v1/runs/${id}/tasks/${encodeURIComponent(task.key)}`, { signal });
      } catch (error) {
        if (error instanceof ServerError && error.status === 404) return null;
        throw error;
      }
    },
  });
}
