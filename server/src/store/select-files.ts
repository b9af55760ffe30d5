import type { Queryable } from './db.js';
import { fileColumns, type FileRow } from './files.js';
import { foldName, tagKey, type Tag } from './match-keys.js';

/** The arguments by which listings and searches choose files (protocol: OR within and across, time bounds AND). */
export interface FileSelectors {
  readonly file_ids?: readonly string[] | null | undefined;
  readonly file_names?: readonly string[] | null | undefined;
  readonly symbolic_directory_paths?: readonly string[] | null | undefined;
  readonly symbolic_file_paths?: readonly string[] | null | undefined;
  readonly file_tags?: readonly Tag[] | null | undefined;
  /** Unix seconds, inclusive. */
  readonly created_at_start?: number | null | undefined;
  readonly created_at_end?: number | null | undefined;
  readonly last_updated_start?: number | null | undefined;
  readonly last_updated_end?: number | null | undefined;
  readonly max_files?: number | null | undefined;
}

export interface FileSelection {
  /** Newest first. */
  readonly files: FileRow[];
  readonly missingIds: string[];
  /** The values of each argument that matched no file of the pipeline, as they were sent. */
  readonly misses: { [argument: string]: unknown[] }[];
}

/** One value of an argument, with the SQL condition that it stands for. */
interface Matcher<T> {
  readonly value: T;
  readonly sql: (bind: (value: unknown) => string) => string;
}

const directory = `case when directory_key = '/' then '/' else directory_key || '/' end`;

/** Chooses the finished files of a pipeline, and says which arguments found nothing. */
export async function selectFiles(
  db: Queryable,
  accountId: string,
  pipeline: string,
  selectors: FileSelectors,
  now: Date,
): Promise<FileSelection> {
  const groups = matchersOf(selectors);
  const params: unknown[] = [accountId, pipeline, now];
  const bind = (value: unknown) => `$${params.push(value)}`;
  const scope = `account_id = $1 and pipeline = $2 and state = 'ready' and expires_at > $3`;
  const conditions = groups.flatMap((group) => group.matchers.map((matcher) => matcher.sql(bind)));
  const bounds = timeBounds(selectors, bind);
  const limit = bind(selectors.max_files ?? 1000);
  const { rows: files } = await db.query<FileRow>(
    `select ${fileColumns} from file where ${scope}
       ${conditions.length > 0 ? `and (${conditions.join(' or ')})` : ''} ${bounds}
     order by created_at desc, id limit ${limit}`,
    params,
  );
  const misses = await findMisses(db, accountId, pipeline, groups, now);
  return {
    files,
    missingIds: (misses.find((miss) => miss.argument === 'file_ids')?.values ?? []) as string[],
    misses: misses
      .filter((miss) => miss.argument !== 'file_ids' && miss.values.length > 0)
      .map((miss) => ({ [miss.argument]: miss.values })),
  };
}

interface Group {
  readonly argument: string;
  readonly matchers: Matcher<unknown>[];
}

function matchersOf(selectors: FileSelectors): Group[] {
  return [
    { argument: 'file_ids', matchers: [...new Set(selectors.file_ids)].map(matchId) },
    { argument: 'file_names', matchers: (selectors.file_names ?? []).map(matchName) },
    { argument: 'symbolic_directory_paths', matchers: (selectors.symbolic_directory_paths ?? []).map(matchDirectory) },
    { argument: 'symbolic_file_paths', matchers: (selectors.symbolic_file_paths ?? []).map(matchPath) },
    { argument: 'file_tags', matchers: (selectors.file_tags ?? []).map(matchTag) },
  ].filter((group) => group.matchers.length > 0);
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function matchId(value: string): Matcher<string> {
  return { value, sql: (bind) => (uuid.test(value) ? `id = ${bind(value)}::uuid` : 'false') };
}

function matchName(value: string): Matcher<string> {
  return { value, sql: (bind) => nameCondition(value, bind) };
}

function matchDirectory(value: string): Matcher<string> {
  return { value, sql: (bind) => directoryCondition(value, bind) };
}

function matchPath(value: string): Matcher<string> {
  const slash = value.lastIndexOf('/');
  const parent = slash <= 0 ? '/' : value.slice(0, slash);
  const name = value.slice(slash + 1);
  return { value, sql: (bind) => `(${directoryCondition(parent, bind)} and ${nameCondition(name, bind)})` };
}

function matchTag(value: Tag): Matcher<Tag> {
  const keys = Object.entries(value).map(([key, wanted]) => (wanted === '*' ? tagKey(key) : tagKey(key, wanted)));
  return { value, sql: (bind) => `tag_keys ?| ${bind(keys)}::text[]` };
}

function nameCondition(value: string, bind: (value: unknown) => string): string {
  const leading = value.startsWith('*');
  const trailing = value.endsWith('*') && value.length > 1;
  if (!leading && !trailing) return `name_key = ${bind(foldName(value))}`;
  const stem = escapeLike(foldName(value.slice(leading ? 1 : 0, trailing ? -1 : undefined)));
  return `name_key like ${bind(`${leading ? '%' : ''}${stem}${trailing ? '%' : ''}`)}`;
}

/** A stump covers the directory itself and everything below: `/my/*` matches files in `/my`, too. */
function directoryCondition(value: string, bind: (value: unknown) => string): string {
  if (!value.endsWith('*')) return `directory_key = ${bind(foldName(value))}`;
  return `${directory} like ${bind(`${escapeLike(foldName(value.slice(0, -1)))}%`)}`;
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

function timeBounds(selectors: FileSelectors, bind: (value: unknown) => string): string {
  const bound = (column: string, operator: string, seconds: number | null | undefined) =>
    seconds === null || seconds === undefined ? '' : ` and ${column} ${operator} to_timestamp(${bind(seconds)})`;
  const past = (seconds: number | null | undefined) => (typeof seconds === 'number' ? seconds + 1 : seconds);
  return (
    bound('created_at', '>=', selectors.created_at_start) +
    bound('created_at', '<', past(selectors.created_at_end)) +
    bound('updated_at', '>=', selectors.last_updated_start) +
    bound('updated_at', '<', past(selectors.last_updated_end))
  );
}

/** A miss is judged against all finished files of the pipeline, whatever the other arguments say. */
async function findMisses(
  db: Queryable,
  accountId: string,
  pipeline: string,
  groups: readonly Group[],
  now: Date,
): Promise<{ argument: string; values: unknown[] }[]> {
  const params: unknown[] = [accountId, pipeline, now];
  const bind = (value: unknown) => `$${params.push(value)}`;
  const matchers = groups.flatMap((group) => group.matchers.map((matcher) => ({ argument: group.argument, matcher })));
  if (matchers.length === 0) return [];
  const tests = matchers.map(
    ({ matcher }, i) =>
      `select ${i} as position where not exists (select from file where account_id = $1 and pipeline = $2
       and state = 'ready' and expires_at > $3 and ${matcher.sql(bind)})`,
  );
  const { rows } = await db.query<{ position: number }>(tests.join(' union all '), params);
  const missed = new Set(rows.map((row) => row.position));
  return groups.map(({ argument }) => ({
    argument,
    values: matchers.filter((entry, i) => entry.argument === argument && missed.has(i)).map(({ matcher }) => matcher.value),
  }));
}
