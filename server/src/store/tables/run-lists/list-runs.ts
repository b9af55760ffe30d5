import type { RunSummary } from 'millrace/shared/runs/run-status.js';
import type { RunPoint } from 'millrace/shared/runs/run-lists.js';
import type { Queryable } from '../../db/db.js';
import type { Access } from '../access.js';
import { findRunSummaries } from '../runs.js';
import { selectFromEachState } from './select-from-each-state.js';
import { createRunConditions, type Bind, type RunFilter, type RunPosition } from './run-filter.js';

/** The keys that a list can be sorted by. Runs whose key is null, because they have not started or finished, are listed last. */
const sortKeys = {
  created: { sql: 'run.created_at', type: 'timestamptz' },
  started: { sql: 'run.started_at', type: 'timestamptz' },
  finished: { sql: 'run.finished_at', type: 'timestamptz' },
  duration: { sql: '(run.finished_at - run.started_at)', type: 'interval' },
} as const;

type RunSortKey = keyof typeof sortKeys;

interface RunSort {
  readonly by: RunSortKey;
  readonly isDescending: boolean;
}

/** The position after which the next page starts: that of the page's last run, or the position at which a search stopped. */
export interface RunCursor extends RunPosition {
  /** The sort key of the list, if it is not sorted by creation. */
  readonly by?: Exclude<RunSortKey, 'created'> | undefined;
  /** The run's sort key in PostgreSQL's output format, or `null` if the key is null. Absent if the list is sorted by creation. */
  readonly value?: string | null | undefined;
}

export interface RunPageQuery extends RunFilter {
  /** @default newest first */
  readonly sort?: RunSort;
  readonly limit: number;
  readonly after?: RunCursor | undefined;
}

const newestFirst: RunSort = { by: 'created', isDescending: true };

/** A page ends early if its runs exceed either limit. Tasks are limited because the database has to count them. */
const pageLimits = { characters: 8 * 1024 ** 2, tasks: 1_000_000 };

/** Approximate number of characters in a run's summary, without its messages. */
const charactersPerRun = 1000;

/** Maximum number of summaries that are read at a time. */
const runsPerRead = 50;

/** Approximate maximum number of runs that a search reads for one page. The next page continues where the search stopped. */
const maxSearchedRuns = 100_000;

/** Maximum number of runs that {@link countRuns} counts. */
const maxCountedRuns = 10_000;

/**
 * Returns a page of the visible runs that match the query. The page ends early if its runs are large or have many tasks, or if a search
 * has read many runs.
 */
export async function listRuns(
  db: Queryable,
  access: Access,
  query: RunPageQuery,
  now: Date,
): Promise<{ items: RunSummary[]; next: RunCursor | undefined }> {
  const { sort = newestFirst } = query;
  const searchEnd = query.q === undefined ? undefined : await findSearchEnd(db, access, sort, query.after);
  const foundRuns = await findPage(db, access, query, searchEnd, now);
  const items: RunSummary[] = [];
  let readCount = 0;
  for (let characters = 0, taskCount = 0; readCount < Math.min(foundRuns.length, query.limit);) {
    if (characters > pageLimits.characters || taskCount > pageLimits.tasks) break;
    const ids = foundRuns.slice(readCount, Math.min(readCount + runsPerRead, query.limit)).map(({ id }) => id);
    const summaries = await findRunSummaries(db, access, ids, now);
    items.push(...summaries);
    readCount += ids.length;
    for (const { error, progress, taskCounts } of summaries) {
      characters += charactersPerRun + (error?.message.length ?? 0) + (progress.message?.length ?? 0);
      taskCount += Object.values(taskCounts).reduce((sum, count) => sum + count, 0);
    }
  }
  const last = foundRuns[readCount - 1];
  if (foundRuns.length > readCount && last) return { items, next: toCursor(last, sort) };
  return { items, next: searchEnd };
}

interface FoundRun extends RunPosition {
  readonly value: string | null;
}

async function findPage(
  db: Queryable,
  access: Access,
  query: RunPageQuery,
  searchEnd: RunPosition | undefined,
  now: Date,
): Promise<FoundRun[]> {
  const { sort = newestFirst, limit, after } = query;
  const { sql } = sortKeys[sort.by];
  if (sort.by === 'created') return findPart(db, access, query, { key: sql, limit: limit + 1, after, searchEnd }, now);
  // two statements, because a single condition for both parts could not use an index
  const runsWithKey =
    after?.value === null
      ? []
      : await findPart(db, access, query, { key: sql, where: `${sql} is not null`, limit: limit + 1, after }, now);
  if (runsWithKey.length > limit) return runsWithKey;
  const partWithoutKey = {
    key: sortKeys.created.sql,
    where: `${sql} is null`,
    limit: limit + 1 - runsWithKey.length,
    ...(after?.value === null && { after }),
  };
  return [...runsWithKey, ...(await findPart(db, access, query, partWithoutKey, now))];
}

/** A part of a list: the runs with a sort key, or those without one. A list sorted by creation has a single part. */
interface Part {
  /** The SQL for the key that the part is sorted by. */
  readonly key: string;
  readonly where?: string;
  readonly limit: number;
  readonly after?: RunCursor | undefined;
  readonly searchEnd?: RunPosition | undefined;
}

/** Returns the first runs of a part, sorted by its key and the id. */
async function findPart(
  db: Queryable,
  access: Access,
  { sort = newestFirst, ...filter }: RunPageQuery,
  { key, where, limit, after, searchEnd }: Part,
  now: Date,
): Promise<FoundRun[]> {
  const params: unknown[] = [access.account, now];
  const bind: Bind = (value) => `$${params.push(value)}`;
  const isByCreation = key === sortKeys.created.sql;
  const position = ({ createdAt, id, value }: RunCursor) =>
    `(${isByCreation ? `${bind(createdAt)}::timestamptz` : `${bind(value)}::${sortKeys[sort.by].type}`}, ${bind(id)}::uuid)`;
  const conditions = createRunConditions(filter, access, params);
  const range = [
    ...(where === undefined ? [] : [where]),
    ...(after ? [`(${key}, run.id) ${sort.isDescending ? '<' : '>'} ${position(after)}`] : []),
    ...(searchEnd ? [`(${key}, run.id) ${sort.isDescending ? '>=' : '<='} ${position(searchEnd)}`] : []),
  ];
  const direction = sort.isDescending ? 'desc' : 'asc';
  const value = sort.by === 'created' ? 'null' : `${sortKeys[sort.by].sql}::text`;
  const { rows } = await db.query<FoundRun>(
    selectFromEachState(
      filter.state,
      bind,
      `run.id, run.created_at::text as "createdAt", ${value} as value, ${key} as key`,
      conditions,
      `order by key ${direction}, id ${direction} limit ${bind(limit)}`,
      { hasOrderedIndex: isByCreation, range },
    ),
    params,
  );
  return rows;
}

/** Ids that sort before and after the ids of all runs. */
const [lowestId, highestId] = ['0', 'f'].map((digit) => '00000000-0000-0000-0000-000000000000'.replaceAll('0', digit));

/**
 * Returns the position at which a search must stop reading for a page, or `undefined` if it can read all remaining runs. The list must be
 * sorted by creation.
 */
async function findSearchEnd(
  db: Queryable,
  access: Access,
  { isDescending }: RunSort,
  after?: RunPosition,
): Promise<RunPosition | undefined> {
  const params: unknown[] = [access.account, maxSearchedRuns];
  const start = after
    ? `and created_at ${isDescending ? '<=' : '>='} $${params.push(after.createdAt)}::timestamptz`
    : '';
  const { rows } = await db.query<{ createdAt: string }>(
    `select created_at::text as "createdAt" from run where account_id = $1 ${start}
     order by created_at ${isDescending ? 'desc' : 'asc'} offset $2 limit 1`,
    params,
  );
  return rows[0] && { ...rows[0], id: (isDescending ? lowestId : highestId) as string };
}

function toCursor({ createdAt, id, value }: FoundRun, { by }: RunSort): RunCursor {
  return by === 'created' ? { createdAt, id } : { createdAt, id, by, value };
}

/**
 * Counts the visible runs that match the filter, up to {@link maxCountedRuns}. A search reads only the newest {@link maxSearchedRuns}
 * runs.
 */
export async function countRuns(
  db: Queryable,
  access: Access,
  filter: RunFilter,
  now: Date,
): Promise<{ total: number; totalIsExact: boolean }> {
  const searchEnd = filter.q === undefined ? undefined : await findSearchEnd(db, access, newestFirst);
  const params: unknown[] = [access.account, now];
  const conditions = createRunConditions(filter, access, params);
  if (searchEnd) conditions.push(`run.created_at >= $${params.push(searchEnd.createdAt)}::timestamptz`);
  if (filter.state) conditions.push(`run.state = any($${params.push(filter.state)})`);
  const { rows } = await db.query<{ total: number }>(
    `select count(*) as total from (
       select from run where ${conditions.join(' and ')} limit ${maxCountedRuns + 1}) matched`,
    params,
  );
  const total = rows[0]?.total ?? 0;
  return { total: Math.min(total, maxCountedRuns), totalIsExact: total <= maxCountedRuns && !searchEnd };
}

/** Returns the newest visible runs that have started and match the filter, with only the fields for a chart of durations. */
export async function readRunPoints(
  db: Queryable,
  access: Access,
  filter: RunFilter,
  limit: number,
  now: Date,
): Promise<{ items: RunPoint[]; more: boolean }> {
  const params: unknown[] = [access.account, now];
  const bind: Bind = (value) => `$${params.push(value)}`;
  const conditions = [...createRunConditions(filter, access, params), 'run.started_at is not null'];
  const { rows } = await db.query<Omit<RunPoint, 'requestId' | 'startedAt'> & { id: string; startedAt: Date }>(
    selectFromEachState(
      filter.state,
      bind,
      `run.id, run.of, run.state, run.started_at as "startedAt", run.created_at,
       greatest(0, extract(epoch from coalesce(run.finished_at, $2) - run.started_at) * 1000)::float8 as "durationMs"`,
      conditions,
      `order by created_at desc, id desc limit ${bind(limit + 1)}`,
    ),
    params,
  );
  const items = rows.slice(0, limit).map(({ id, of, state, startedAt, durationMs }) => ({
    requestId: id,
    of,
    state,
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(durationMs),
  }));
  return { items, more: rows.length > limit };
}
