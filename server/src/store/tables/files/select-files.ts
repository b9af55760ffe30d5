import type { Queryable } from '../../db/db.js';
import { allowsName, type Access } from '../access.js';
import {
  createIdProbe,
  partition,
  createPatternProbes,
  splitSelectors,
  scopeSql,
  selectNewestSql,
  type Bind,
  type Probe,
} from './file-probes.js';
import { fileColumns, type FileRow } from './files.js';
import type { Tag } from './match-keys.js';
import { shouldMatchInSql, matchPatterns } from './match-patterns.js';

/**
 * The arguments that select files for listings and searches, named as in the hosted protocol. A file is selected if it is within all time
 * bounds and matches at least one value in at least one list. If no list is given, every file within the time bounds is selected.
 */
export interface FileSelectors {
  readonly file_ids?: readonly string[] | null | undefined;
  readonly file_names?: readonly string[] | null | undefined;
  readonly symbolic_directory_paths?: readonly string[] | null | undefined;
  readonly symbolic_file_paths?: readonly string[] | null | undefined;
  readonly file_tags?: readonly Tag[] | null | undefined;
  /** Inclusive bounds, in Unix seconds. */
  readonly created_at_start?: number | null | undefined;
  readonly created_at_end?: number | null | undefined;
  readonly last_updated_start?: number | null | undefined;
  readonly last_updated_end?: number | null | undefined;
  /** Maximum number of files. The newest ones are selected. @default 1000 */
  readonly max_files?: number | null | undefined;
}

/** The position at which a page of files starts. The files are ordered by creation, newest first. */
export interface FilePosition {
  readonly createdAt: string;
  readonly id: string;
  /** Whether the page starts with this file instead of the next one. */
  readonly isInclusive: boolean;
}

/** A file on a page. */
export interface PagedFile extends FileRow {
  /** The file's creation time in PostgreSQL's text format, which is precise to the microsecond. */
  readonly position: string;
}

export interface FileSelection {
  /** Newest first. */
  readonly files: FileRow[];
  /** The values of `file_ids` that matched no file in the pipeline. */
  readonly missingIds: string[];
  /**
   * The values of the other arguments that matched no file in the pipeline, by argument. Tags whose value is `*` are listed separately, by
   * key, as `file_tags_keys`.
   */
  readonly misses: { [argument: string]: unknown[] }[];
}

/** The arguments that are lists of values. */
const listArguments = [
  'file_ids',
  'file_names',
  'symbolic_directory_paths',
  'symbolic_file_paths',
  'file_tags',
] as const;

/**
 * Selects a pipeline's newest finished files that match the selectors, at most `max_files`, and finds the values that matched no file.
 * If lists are given but all of them are empty, no file is selected. A pipeline that is not visible has no files.
 */
export async function selectFiles(
  db: Queryable,
  access: Access,
  pipeline: string,
  selectors: FileSelectors,
  now: Date,
): Promise<FileSelection> {
  // `pipeline = null` selects no files
  const scope = [access.account, allowsName(access, pipeline) ? pipeline : null, now];
  const { probes, sqlProbes, matched } = await createProbes(db, scope, selectors);
  const files = selectsNothing(probes, selectors) ? [] : await findFiles(db, scope, probes, selectors);
  const misses = await findMisses(db, scope, sqlProbes);
  for (const { argument, value } of matched?.missed ?? []) {
    misses.set(argument, [...(misses.get(argument) ?? []), value]);
  }
  return {
    files,
    missingIds: (misses.get('file_ids') ?? []) as string[],
    misses: listArguments
      .filter((argument) => argument !== 'file_ids' && misses.has(argument))
      .flatMap((argument) => formatMisses(argument, misses.get(argument) ?? [])),
  };
}

/**
 * Selects a page of a pipeline's finished files that match the selectors, newest first. A page has at most `max_files` files.
 *
 * @param options.from The start of the page. @default the newest file
 * @param options.wantedIds The ids of the files that the caller needs. Used only if the selectors select every file within the time
 *   bounds; otherwise, the page can also contain other files.
 */
export async function selectFilePage(
  db: Queryable,
  access: Access,
  pipeline: string,
  selectors: FileSelectors,
  now: Date,
  { from, wantedIds }: { readonly from?: FilePosition | undefined; readonly wantedIds?: readonly string[] | undefined },
): Promise<PagedFile[]> {
  const scope = [access.account, allowsName(access, pipeline) ? pipeline : null, now];
  const probes =
    wantedIds && selectsEverything(selectors)
      ? [createIdProbe('file_ids', wantedIds)]
      : (await createProbes(db, scope, selectors)).probes;
  return selectsNothing(probes, selectors) ? [] : await findFiles(db, scope, probes, selectors, from);
}

/**
 * Returns the probes for the selectors. If the patterns are compared with the files in JavaScript, `matched` is the result, and
 * `sqlProbes` contains only the probes for exact values; otherwise, it contains all probes.
 */
async function createProbes(db: Queryable, scope: readonly unknown[], selectors: FileSelectors) {
  const { probes: exact, patterns } = splitSelectors(selectors);
  const matched = shouldMatchInSql(patterns) ? undefined : await matchPatterns(db, scopeSql, scope, patterns);
  const sqlProbes = matched ? exact : [...exact, ...(await createPatternProbes(db, scope, patterns))];
  return { probes: matched ? [...exact, createIdProbe('', matched.ids)] : sqlProbes, sqlProbes, matched };
}

/** Returns whether at least one list is given, and all given lists are empty. */
function selectsNothing(probes: readonly Probe[], selectors: FileSelectors): boolean {
  return probes.length === 0 && listArguments.some((argument) => selectors[argument] != null);
}

/** Returns whether the selectors select every file within the time bounds. */
function selectsEverything(selectors: FileSelectors): boolean {
  const hasLists = listArguments.some((argument) => selectors[argument] != null);
  return !hasLists || (selectors.symbolic_directory_paths?.includes('/*') ?? false);
}

async function findFiles(
  db: Queryable,
  scope: readonly unknown[],
  probes: readonly Probe[],
  selectors: FileSelectors,
  from?: FilePosition,
): Promise<PagedFile[]> {
  const params = [...scope];
  const bind: Bind = (value) => `$${params.push(value)}`;
  // the limit is a parameter: with an unknown limit, the planner expects to need a tenth of the rows, and reads the newest files from an
  // index. With a literal limit, the planner would expect fewer files per pipeline than the limit, and sort all files
  const maxFiles = bind(selectors.max_files ?? 1000);
  const created = timeBoundsSql('created_at', selectors.created_at_start, selectors.created_at_end, bind);
  const start = from && { at: bind(from.createdAt), id: bind(from.id), operator: from.isInclusive ? '>=' : '>' };
  const limits = {
    created: (id = 'id') =>
      start
        ? `${created} and created_at <= ${start.at}::timestamptz and (created_at < ${start.at} or ${id} ${start.operator} ${start.id}::uuid)`
        : created,
    updated: timeBoundsSql('updated_at', selectors.last_updated_start, selectors.last_updated_end, bind),
    files: maxFiles,
  };
  const lookups = probes.map(
    (probe) =>
      `select found.id from ${unnestProbeSql(probe, bind)} cross join lateral (${probe.matchesSql(bind, limits)}) found`,
  );
  const { rows } = await db.query<PagedFile>(
    `select ${fileColumns}, file.created_at::text as position from ${lookups.length > 0 ? selectByIdsSql(lookups.join(' union all ')) : `(${selectNewestSql('true', limits, '*')}) file`}
     where ${scopeSql} ${limits.created('file.id')} ${limits.updated} order by created_at desc, file.id limit ${maxFiles}`,
    params,
  );
  return rows;
}

/**
 * Returns SQL that looks up files one by one. Without table statistics, the planner expects a single file; `offset 0` keeps it from
 * choosing a nested loop over all pairs.
 *
 * @param idsSql A query that returns the ids of the files.
 */
function selectByIdsSql(idsSql: string): string {
  return `(select distinct id from (${idsSql}) found) chosen cross join lateral (select * from file where file.id = chosen.id offset 0) file`;
}

/** Returns SQL that produces one row per value of the probe. */
function unnestProbeSql({ keys }: Probe, bind: Bind): string {
  const arrays = keys.map((values) => `${bind(values)}::text[]`).join(', ');
  return `unnest(${arrays}) with ordinality probe(${keys.length === 1 ? 'a' : 'a, b'}, position)`;
}

/**
 * Returns SQL to append to a condition. It restricts the column to a range of Unix seconds that includes the whole `end` second. A missing
 * bound does not restrict the column.
 */
function timeBoundsSql(
  column: string,
  start: number | null | undefined,
  end: number | null | undefined,
  bind: Bind,
): string {
  return (
    (start == null ? '' : ` and ${column} >= to_timestamp(${bind(start)})`) +
    (end == null ? '' : ` and ${column} < to_timestamp(${bind(end + 1)})`)
  );
}

/** Returns, by argument, the values that match no finished file in the pipeline, regardless of the other arguments. */
async function findMisses(
  db: Queryable,
  scope: readonly unknown[],
  probes: readonly Probe[],
): Promise<Map<string, unknown[]>> {
  const misses = new Map<string, unknown[]>();
  const params = [...scope];
  const bind: Bind = (value) => `$${params.push(value)}`;
  // a subquery, because with `not exists` PostgreSQL could read all files first
  const tests = probes.flatMap((probe, i) =>
    probe.existsSql
      ? [
          `select ${i} as probe, position from ${unnestProbeSql(probe, bind)}
           where (select true from (${probe.existsSql(bind)}) found limit 1) is null`,
        ]
      : [],
  );
  if (tests.length === 0) return misses;
  const { rows } = await db.query<{ probe: number; position: number }>(
    `${tests.join(' union all ')} order by probe, position`,
    params,
  );
  for (const row of rows) {
    const probe = probes[row.probe] as Probe;
    const missed = misses.get(probe.argument) ?? [];
    missed.push(probe.values[row.position - 1]);
    misses.set(probe.argument, missed);
  }
  return misses;
}

/** Formats an argument's values that matched no file for the response. A tag whose value is `*` is listed by its key alone. */
function formatMisses(argument: string, values: readonly unknown[]): FileSelection['misses'][number][] {
  if (argument !== 'file_tags') return [{ [argument]: [...values] }];
  const [exact, anyValue] = partition(values as readonly Tag[], (tag) => Object.values(tag).includes('*'));
  return [
    ...(exact.length > 0 ? [{ file_tags: exact }] : []),
    ...(anyValue.length > 0 ? [{ file_tags_keys: anyValue.flatMap((tag) => Object.keys(tag)) }] : []),
  ];
}
