import {
  infiniteQueryOptions,
  useInfiniteQuery,
  usePrefetchInfiniteQuery,
  useQuery,
  useQueryClient,
  type InfiniteData,
} from '@tanstack/react-query';
import { useEffect, useEffectEvent, useMemo, useRef } from 'react';
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
    getNextPageParam: (page, _, position) => getNextPosition(page, position),
  });
}

/** Returns the position of the page after a page; `undefined` if the page ends at the end of the log. */
function getNextPosition({ items }: LogPage, position: PagePosition): PagePosition | undefined {
  const last = items.at(-1);
  const isEnd = !last || ('before' in position ? position.before === afterLastLine : items.length < position.limit);
  return isEnd ? undefined : { after: last.line, limit: pageSize };
}

type LogData = InfiniteData<LogPage, PagePosition>;

/** Returns the last of the loaded pages; `undefined` if the end of the log is not loaded. */
function findEndPage({ pages, pageParams }: LogData): LogPage | undefined {
  const page = pages.at(-1);
  const position = pageParams.at(-1);
  return page && position && getNextPosition(page, position) === undefined ? page : undefined;
}

export function usePrefetchRunLog(id: string, filter: LogFilter, aroundLine: number | undefined): void {
  usePrefetchInfiniteQuery(createLogQuery(id, filter, aroundLine));
}

type CountedPage = LogPage & { readonly counts: LogCounts };

/**
 * Counts the lines of each level that match the search text and the task. Also returns functions that add new lines to the counts, and that
 * count all lines again. Uses a separate request, because counting takes longer than fetching a page of lines.
 */
function useLogCounts(id: string, { q, task }: LogFilter) {
  const client = useQueryClient();
  const queryKey = queryKeys.runLogCounts(id, { q, task });
  const { data, isFetching, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      callApi<CountedPage>(logPath(id), { query: { q, task, before: afterLastLine, limit: 1, counts: true }, signal }),
    placeholderData: (before) => before,
  });
  const addToData = (newLines: readonly StoredLogLine[]) =>
    client.setQueryData<CountedPage>(queryKey, (before) => {
      if (!before) return before;
      const counts = { ...before.counts };
      const filter = { q, task, level: 'debug' } as const;
      const added = newLines.filter((line) => line.line > before.last && matches(line, filter));
      for (const { level } of added) counts[level] += 1;
      return { ...before, counts, last: added.at(-1)?.line ?? before.last };
    });
  const add = useReplayAfterFetch(isFetching, addToData);
  // a count in progress may have been made before the lines that it must include
  const recount = () => client.cancelQueries({ queryKey }).then(() => refetch());
  return { counts: data?.counts, add, recount };
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
  const { counts, add: addToCounts, recount } = useLogCounts(id, filter);
  const { data } = query;
  const lines = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);

  const appendToData = (newLines: readonly StoredLogLine[]) =>
    client.setQueryData<LogData>(queryKey, (before) => {
      const page = before && findEndPage(before);
      if (!page) return before;
      const added = newLines.filter((line) => line.line > page.last && matches(line, filter));
      const last = Math.max(page.last, newLines.at(-1)?.line ?? 0);
      const extended: LogPage = { items: [...page.items, ...added], last, done: false };
      return { ...before, pages: [...before.pages.slice(0, -1), extended] };
    });
  const append = useReplayAfterFetch(query.isFetching, appendToData);
  /** Appends the lines that were written after the log was fetched, but before the stream opened. */
  const appendMissedLines = async (isReopened: boolean) => {
    let page = findEndPage(await client.infiniteQuery({ ...options, staleTime: 'static' }));
    // the cached end of a log is not its end any more if the run was resumed
    let isDone = page?.done === true && !isReopened;
    while (page && !isDone) {
      const position = { after: page.last, limit: pageSize };
      const next = await callApi<LogPage>(logPath(id), { query: { ...filter, ...position } });
      append(next.items);
      isDone = next.done;
      page = getNextPosition(next, position) && next;
    }
  };
  // new lines wait until the missed lines before them are appended
  const missedLinesAppended = useRef<Promise<unknown>>(Promise.resolve());
  const catchUp = (isReopened: boolean) => {
    missedLinesAppended.current = missedLinesAppended.current
      .then(() => appendMissedLines(isReopened))
      .catch(() => query.refetch());
  };
  const onMount = useEffectEvent(() => catchUp(false));
  // the stream may have opened before this component was mounted
  useEffect(() => onMount(), []);
  useLiveEvent('opened', ({ followedRunId }) => {
    if (followedRunId !== id) return;
    catchUp(true);
    void recount();
  });
  useLiveEvent('log', ({ requestId, lines: newLines }) => {
    if (requestId !== id) return;
    addToCounts(newLines);
    void missedLinesAppended.current.then(() => append(newLines));
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
