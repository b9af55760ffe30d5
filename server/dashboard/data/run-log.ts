import {
  infiniteQueryOptions,
  useInfiniteQuery,
  usePrefetchInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useMemo } from 'react';
import type { LogLineLevel, LogPage, StoredLogLine } from 'millrace/shared/runs/run-event.js';
import { api } from './api.js';
import { useLive } from './live/live.js';
import { queryKeys } from './query-keys.js';
import { useWhileReading } from './live/while-reading.js';

export interface LogFilter {
  /** The least severe level. */
  readonly level: LogLineLevel;
  readonly q: string | undefined;
  /** The task run's key. */
  readonly task: string | undefined;
}

export type LogCounts = Readonly<Record<LogLineLevel, number>>;

/** Where a page lies: before a line, or after one. */
type Place = ({ readonly before: number } | { readonly after: number }) & { readonly limit: number };

const pageSize = 1000;
/** The first page, at the log's end, has what is in view and some more: it is soon there. */
const firstSize = 200;
/** Above any number of a line. */
const end = 2_147_483_647;
const levels: readonly LogLineLevel[] = ['debug', 'info', 'warning', 'error'];

const pathOf = (id: string) => `/v1/runs/${encodeURIComponent(id)}/logs`;

function pagesOf(id: string, filter: LogFilter, around: number | undefined) {
  const first: Place =
    around === undefined
      ? { before: end, limit: firstSize }
      : { after: Math.max(0, around - pageSize / 4), limit: pageSize };
  return infiniteQueryOptions({
    queryKey: queryKeys.runLog(id, { ...filter, around }),
    queryFn: ({ pageParam, signal }) => api<LogPage>(pathOf(id), { query: { ...filter, ...pageParam }, signal }),
    initialPageParam: first,
    getPreviousPageParam: ({ items }, _, place): Place | undefined => {
      const [earliest] = items;
      const isStart = !earliest || ('before' in place && items.length < place.limit) || earliest.line === 1;
      return isStart ? undefined : { before: earliest.line, limit: pageSize };
    },
    getNextPageParam: ({ items }, _, place): Place | undefined => {
      const last = items.at(-1);
      const isEnd = !last || ('before' in place ? place.before === end : items.length < place.limit);
      return isEnd ? undefined : { after: last.line, limit: pageSize };
    },
  });
}

/** Begins to read a run's log, before there is a place that shows it. */
export function usePrefetchRunLog(id: string, filter: LogFilter, around: number | undefined): void {
  usePrefetchInfiniteQuery(pagesOf(id, filter, around));
}

type Counts = LogPage & { readonly counts: LogCounts };

/** The number of lines of each level, whatever the filter's level. It is read beside the lines, because counting takes longer. */
function useCounts(id: string, { q, task }: LogFilter) {
  const client = useQueryClient();
  const queryKey = queryKeys.runLogCounts(id, { q, task });
  const { data } = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      api<Counts>(pathOf(id), { query: { q, task, before: end, limit: 1, counts: true }, signal }),
    placeholderData: (before) => before,
  });
  const add = (arrived: readonly StoredLogLine[]) =>
    client.setQueryData<Counts>(queryKey, (before) => {
      if (!before) return before;
      const counts = { ...before.counts };
      const filter = { q, task, level: 'debug' } as const;
      const added = arrived.filter((line) => line.line > before.last && matches(line, filter));
      for (const { level } of added) counts[level] += 1;
      return { ...before, counts, last: added.at(-1)?.line ?? before.last };
    });
  return { counts: data?.counts, add };
}

/**
 * A run's log: its end at first, or what is around a line; earlier and later lines when they are asked for. Lines that the server
 * announces are added where the end is loaded.
 */
export function useRunLog(id: string, filter: LogFilter, around: number | undefined) {
  const client = useQueryClient();
  const options = useMemo(() => pagesOf(id, filter, around), [id, filter, around]);
  const { queryKey } = options;
  const query = useInfiniteQuery(options);
  const { counts, add: count } = useCounts(id, filter);
  const { data, hasNextPage } = query;
  const lines = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);

  const add = (arrived: readonly StoredLogLine[]) =>
    client.setQueryData(queryKey, (before) => {
      if (!before) return before;
      const known = before.pages.at(-1)?.items.at(-1)?.line ?? 0;
      const added = hasNextPage ? [] : arrived.filter((line) => line.line > known && matches(line, filter));
      const lastPage = before.pages.length - 1;
      const pages = before.pages.map((page, index) =>
        index === lastPage ? { ...page, items: [...page.items, ...added] } : page,
      );
      return { ...before, pages };
    });
  const keep = useWhileReading<readonly StoredLogLine[]>(query.isFetching, (news) => add(news.flat()));
  useLive('log', ({ requestId, lines: arrived }) => {
    if (requestId !== id) return;
    keep(arrived);
    add(arrived);
    count(arrived);
  });
  useLive('opened', ({ run }) => {
    const after = lines.at(-1)?.line ?? 0;
    // without lines, the first page is still being read, or none matches
    if (run !== id || lines.length === 0 || hasNextPage) return;
    void api<LogPage>(pathOf(id), { query: { after, limit: pageSize } }).then(({ items }) => {
      add(items);
      count(items);
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

/** Reads the whole log as text, for a file. */
export async function readWholeLog(id: string, format: (line: StoredLogLine) => string): Promise<Blob> {
  const parts: string[] = [];
  let after = 0;
  for (;;) {
    const { items } = await api<LogPage>(pathOf(id), { query: { after, limit: 10_000 } });
    const last = items.at(-1);
    if (!last) return new Blob(parts, { type: 'text/plain' });
    parts.push(...items.map((line) => `${format(line)}\n`));
    after = last.line;
  }
}
