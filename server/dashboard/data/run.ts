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

/** Reads a run, and keeps its fields and its tasks up to date with live events. */
export function useRun(id: string) {
  const client = useQueryClient();
  // the changes announced during the request: the record may be older or newer than these changes
  const announced = useRef<Change[]>(undefined);
  const query = useQuery({
    queryKey: queryKeys.run(id),
    queryFn: async ({ signal }) => {
      for (;;) {
        const changes: Change[] = [];
        announced.current = changes;
        const read = await readRun(id, signal);
        const run = changes.reduce((before, change) => change(before), read);
        // the state changed during the request: read the run again, because events omit its result
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
    // read the run again, because events omit its result and its warnings
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

/** Lists the runs that a run has started: its subflows and the runs of its files. */
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

/** Reads runs by id, and reads them again when they change. The map has the runs that are loaded. */
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

/** Defined outside the hook, so that the map stays the same object until a run changes. */
const byId = (results: readonly UseQueryResult<RunStatus>[]): ReadonlyMap<string, RunStatus> =>
  new Map(results.flatMap(({ data }) => (data ? [[data.requestId, data] as const] : [])));

/** Returns the failed attempts of a run's tasks, which only the log has. */
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

/** How long a step must stay selected before its values are requested, in ms. */
const settleMs = 150;

/** Reads a task's input and output; `null` if the server does not have the task. */
export function useTaskValues(id: string, task: TaskStatus) {
  return useQuery({
    queryKey: queryKeys.runTask(id, task.key, task.state),
    queryFn: async ({ signal }): Promise<RunTask | null> => {
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
