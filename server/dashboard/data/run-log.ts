import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { LogLineLevel, LogPage, StoredLogLine } from 'millrace/shared/runs/run-event.js';
import { api } from './api.js';
import { useLive } from './live.js';
import { queryKeys } from './query-keys.js';

export interface LogFilter {
  /** The least severe level. */
  readonly level: LogLineLevel;
  readonly q: string | undefined;
  /** The task run's key. */
  readonly task: string | undefined;
}

export type LogCounts = Readonly<Record<LogLineLevel, number>>;

/** A page of the log, with the number of lines of each level where it was asked. */
type Page = LogPage & { readonly counts?: LogCounts };

/** Where a page lies: before a line, or after one. */
type Place = ({ readonly before: number } | { readonly after: number }) & { readonly counts?: true };

const pageSize = 1000;
/** Above any number of a line. */
const end = 2_147_483_647;
const levels: readonly LogLineLevel[] = ['debug', 'info', 'warning', 'error'];

/**
 * A run's log: its end at first, or what is around a line; earlier and later lines when they are asked for. Lines that the server
 * announces are added where the end is loaded.
 */
export function useRunLog(id: string, filter: LogFilter, around: number | undefined) {
  const client = useQueryClient();
  const queryKey = useMemo(() => queryKeys.runLog(id, { ...filter, around }), [id, filter, around]);
  const first: Place = {
    ...(around === undefined ? { before: end } : { after: Math.max(0, around - pageSize / 4) }),
    counts: true,
  };
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      api<Page>(`/v1/runs/${id}/logs`, {
        query: { ...filter, ...pageParam, limit: pageSize },
        signal,
      }),
    initialPageParam: first,
    getPreviousPageParam: ({ items }, _, place): Place | undefined => {
      const [earliest] = items;
      const isStart = !earliest || ('before' in place && items.length < pageSize) || earliest.line === 1;
      return isStart ? undefined : { before: earliest.line };
    },
    getNextPageParam: ({ items }, _, place): Place | undefined => {
      const last = items.at(-1);
      const isEnd = !last || ('before' in place ? place.before === end : items.length < pageSize);
      return isEnd ? undefined : { after: last.line };
    },
  });
  const { data, hasNextPage } = query;
  const lines = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);

  const add = (arrived: readonly StoredLogLine[]) =>
    client.setQueryData<InfiniteData<Page, Place>>(queryKey, (before) => {
      if (!before) return before;
      const counts = addCounts(before.pages[0]?.counts, arrived, lines.at(-1)?.line ?? 0);
      const known = before.pages.at(-1)?.items.at(-1)?.line ?? 0;
      const added = hasNextPage ? [] : arrived.filter((line) => line.line > known && matches(line, filter));
      const lastPage = before.pages.length - 1;
      const pages = before.pages.map((page, index) => ({
        ...page,
        items: index === lastPage ? [...page.items, ...added] : page.items,
        ...(index === 0 && counts && { counts }),
      }));
      return { ...before, pages };
    });
  useLive('log', ({ requestId, lines: arrived }) => {
    if (requestId === id) add(arrived);
  });
  useLive('opened', ({ run }) => {
    const after = lines.at(-1)?.line ?? 0;
    // without lines, the first page is still being read, or none matches
    if (run !== id || lines.length === 0 || hasNextPage) return;
    void api<LogPage>(`/v1/runs/${id}/logs`, { query: { after, limit: pageSize } }).then(({ items }) => add(items));
  });
  return { ...query, lines, counts: data?.pages[0]?.counts };
}

function matches({ level, message, task }: StoredLogLine, filter: LogFilter): boolean {
  return (
    levels.indexOf(level) >= levels.indexOf(filter.level) &&
    (filter.task === undefined || task === filter.task) &&
    (filter.q === undefined || message.toLowerCase().includes(filter.q.toLowerCase()))
  );
}

function addCounts(
  counts: LogCounts | undefined,
  arrived: readonly StoredLogLine[],
  known: number,
): LogCounts | undefined {
  if (!counts) return undefined;
  const sum = { ...counts };
  for (const { line, level } of arrived) if (line > known) sum[level] += 1;
  return sum;
}

/** Reads the whole log as text, for a file. */
export async function readWholeLog(id: string, format: (line: StoredLogLine) => string): Promise<Blob> {
  const parts: string[] = [];
  let after = 0;
  for (;;) {
    const { items } = await api<LogPage>(`/v1/runs/${id}/logs`, { query: { after, limit: 10_000 } });
    const last = items.at(-1);
    if (!last) return new Blob(parts, { type: 'text/plain' });
    parts.push(...items.map((line) => `${format(line)}\n`));
    after = last.line;
  }
}
