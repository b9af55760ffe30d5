import {
  infiniteQueryOptions,
  useInfiniteQuery,
  usePrefetchInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useMemo } from 'react';
import type { LogLineLevel, LogPage, StoredLogLine } from 'millrace/shared/runs/run-event.js';
import { callApi } from './api.js';
import { useLiveEvent } from './live/live.js';
import { queryKeys } from './query-keys.js';
import { useReplayAfterFetch } from './live/replay-after-fetch.js';

export interface LogFilter {
  /** The lowest level to include. */
  readonly level: LogLineLevel;
  /** The text to search for; `undefined` to include all lines. */
  readonly q: string | undefined;
  /** The key of a task; `undefined` to include the lines of the whole run. */
  readonly task: string | undefined;
}

export type LogCounts = Readonly<Record<LogLineLevel, number>>;

/** Specifies a page of the log: at most `limit` matching lines directly before or after a line number. */
type PagePosition = ({ readonly before: number } | { readonly after: number }) & { readonly limit: number };

const pageSize = 1000;
/** The size of the first page if the log opens at its end. Smaller than `pageSize`, so that the page loads quickly. */
const firstPageSize = 200;
/** A number greater than any line number. */
const afterLastLine = 2_147_483_647;
const levels: readonly LogLineLevel[] = ['debug', 'info', 'warning', 'error'];

const logPath = (id: string) => `/v1/runs/${encodeURIComponent(id)}/logs`;

/**
 * Returns the query for a run's log. The first page starts shortly before `aroundLine`. If `aroundLine` is `undefined`, the first page
 * contains the end of the log.
 */
function createLogQuery(id: string, filter: LogFilter, aroundLine: number | undefined) {
  const firstPosition: PagePosition =
    aroundLine === undefined
      ? { before: afterLastLine, limit: firstPageSize }
      : { after: Math.max(0, aroundLine - pageSize / 4), limit: pageSize };
  return infiniteQueryOptions({
    queryKey: queryKeys.runLog(id, { ...filter, aroundLine }),
    queryFn: ({ pageParam, signal }) => callApi<LogPage>(logPath(id), { query: { ...filter, ...pageParam }, signal }),
    initialPageParam: firstPosition,
    getPreviousPageParam: ({ items }, _, position): PagePosition | undefined => {
      const [first] = items;
      const isStart = !first || ('before' in position && items.length < position.limit) || first.line === 1;
      return isStart ? undefined : { before: first.line, limit: pageSize };
    },
    getNextPageParam: ({ items }, _, position): PagePosition | undefined => {
      const last = items.at(-1);
      const isEnd = !last || ('before' in position ? position.before === afterLastLine : items.length < position.limit);
      return isEnd ? undefined : { after: last.line, limit: pageSize };
    },
  });
}

export function usePrefetchRunLog(id: string, filter: LogFilter, aroundLine: number | undefined): void {
  usePrefetchInfiniteQuery(createLogQuery(id, filter, aroundLine));
}

type CountedPage = LogPage & { readonly counts: LogCounts };

/**
 * Counts the lines of each level that match the search text and the task. Also returns a function that adds new lines to the counts. Uses a
 * separate request, because counting takes longer than fetching a page of lines.
 */
function useLogCounts(id: string, { q, task }: LogFilter) {
  const client = useQueryClient();
  const queryKey = queryKeys.runLogCounts(id, { q, task });
  const { data } = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      callApi<CountedPage>(logPath(id), { query: { q, task, before: afterLastLine, limit: 1, counts: true }, signal }),
    placeholderData: (before) => before,
  });
  const add = (newLines: readonly StoredLogLine[]) =>
    client.setQueryData<CountedPage>(queryKey, (before) => {
      if (!before) return before;
      const counts = { ...before.counts };
      const filter = { q, task, level: 'debug' } as const;
      const added = newLines.filter((line) => line.line > before.last && matches(line, filter));
      for (const { level } of added) counts[level] += 1;
      return { ...before, counts, last: added.at(-1)?.line ?? before.last };
    });
  return { counts: data?.counts, add };
}

/**
 * Fetches a run's log in pages, starting shortly before `aroundLine` or, by default, at the end of the log. Appends new lines from
 * live events while the end of the log is loaded.
 */
export function useRunLog(id: string, filter: LogFilter, aroundLine: number | undefined) {
  const client = useQueryClient();
  const options = useMemo(() => createLogQuery(id, filter, aroundLine), [id, filter, aroundLine]);
  const { queryKey } = options;
  const query = useInfiniteQuery(options);
  const { counts, add: addToCounts } = useLogCounts(id, filter);
  const { data, hasNextPage } = query;
  const lines = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);

  const append = (newLines: readonly StoredLogLine[]) =>
    client.setQueryData(queryKey, (before) => {
      if (!before) return before;
      const lastLine = before.pages.at(-1)?.items.at(-1)?.line ?? 0;
      const added = hasNextPage ? [] : newLines.filter((line) => line.line > lastLine && matches(line, filter));
      const lastPageIndex = before.pages.length - 1;
      const pages = before.pages.map((page, index) =>
        index === lastPageIndex ? { ...page, items: [...page.items, ...added] } : page,
      );
      return { ...before, pages };
    });
  const buffer = useReplayAfterFetch<readonly StoredLogLine[]>(query.isFetching, (updates) => append(updates.flat()));
  useLiveEvent('log', ({ requestId, lines: newLines }) => {
    if (requestId !== id) return;
    buffer(newLines);
    append(newLines);
    addToCounts(newLines);
  });
  useLiveEvent('opened', ({ followedRunId }) => {
    const after = lines.at(-1)?.line ?? 0;
    if (followedRunId !== id || lines.length === 0 || hasNextPage) return;
    void callApi<LogPage>(logPath(id), { query: { after, limit: pageSize } }).then(({ items }) => {
      append(items);
      addToCounts(items);
    });
  });
  return { ...query, lines, counts };
}

function matches({ level, message, task }: StoredLogLine, filter: LogFilter): boolean {
  return (
    levels.indexOf(level) >= levels.indexOf(filter.level) &&
    (filter.task === undefined || task === filter.task) &&
    (filter.q === undefined || message.toLowerCase().includes(filter.q.toLowerCase()))
  );
}

/** Fetches the entire log of a run as plain text. */
export async function fetchWholeLog(id: string, format: (line: StoredLogLine) => string): Promise<Blob> {
  const parts: string[] = [];
  let after = 0;
  for (;;) {
    const { items } = await callApi<LogPage>(logPath(id), { query: { after, limit: 10_000 } });
    const last = items.at(-1);
    if (!last) return new Blob(parts, { type: 'text/plain' });
    parts.push(...items.map((line) => `${format(line)}\n`));
    after = last.line;
  }
}
