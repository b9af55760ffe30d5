import { foldName } from 'millrace/shared/rules/files/fold-name.js';
import { splitFilePath } from 'millrace/shared/rules/files/file-path.js';
import type { Queryable } from '../../db/db.js';
import { createTagKey, type Tag } from './match-keys.js';
import {
  createPatternCondition,
  equals,
  parseDirectoryPattern,
  isPattern,
  canUseRangeScan,
  parseNamePattern,
  parsePathPattern,
  type FilePattern,
} from './match-patterns.js';

/** An SQL condition for a pipeline's finished, unexpired files. `$1` is the account, `$2` the pipeline and `$3` the current time. */
export const scopeSql = `account_id = $1 and pipeline = $2 and state = 'ready' and expires_at > $3`;

/** Adds a parameter to a statement, and returns its placeholder, such as `$4`. */
export type Bind = (value: unknown) => string;

/**
 * Finds the files that match the values of one argument. For an exact value, PostgreSQL reads the matching files from an index, newest
 * first, and stops at the maximum number of files. For a pattern, it sometimes has to read all files of the pipeline.
 */
export interface Probe {
  readonly argument: string;
  readonly values: readonly unknown[];
  /**
   * The values to compare in SQL: one array for `probe.a`, or two parallel arrays for `probe.a` and `probe.b`. For a pattern, an unused
   * empty string.
   */
  readonly keys: readonly (readonly string[])[];
  /** Returns SQL that selects the ids of the newest files that match a single value. */
  readonly matchesSql: (bind: Bind, limits: ProbeLimits) => string;
  /** Returns SQL that selects at least one row if a file matches a single value. Absent if it is known that a file matches. */
  readonly existsSql?: (bind: Bind) => string;
}

interface ProbeLimits {
  /**
   * Returns conditions on `created_at` and, if the page starts at a given position, on the file's id. Each starts with `and`.
   *
   * @param id The column of the file's id. @default `id`
   */
  readonly created: (id?: string) => string;
  /** Conditions on `updated_at`. Each starts with `and`. */
  readonly updated: string;
  /** The maximum number of files, as SQL. */
  readonly files: string;
}

/** The arguments of a listing that select files by values or patterns. */
interface ProbedSelectors {
  readonly file_ids?: readonly string[] | null | undefined;
  readonly file_names?: readonly string[] | null | undefined;
  readonly symbolic_directory_paths?: readonly string[] | null | undefined;
  readonly symbolic_file_paths?: readonly string[] | null | undefined;
  readonly file_tags?: readonly Tag[] | null | undefined;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Replaces an invalid id, so that the id is reported as not found. */
const unknownId = '00000000-0000-0000-0000-000000000000';

/** Splits the selectors' values into probes for exact values, and patterns. */
export function splitSelectors(selectors: ProbedSelectors): { probes: Probe[]; patterns: FilePattern[] } {
  const [names, namePatterns] = partition(selectors.file_names ?? [], isPattern);
  const [directories, directoryPatterns] = partition(selectors.symbolic_directory_paths ?? [], isPattern);
  const [paths, pathPatterns] = partition(selectors.symbolic_file_paths ?? [], (path) => {
    const { directory, fileName } = splitFilePath(path);
    return isPattern(directory) || isPattern(fileName);
  });
  const splitPaths = paths.map(splitFilePath);
  const tags = selectors.file_tags ?? [];
  return {
    probes: [
      createIdProbe('file_ids', [...new Set(selectors.file_ids)]),
      createValueProbe('file_names', names, [names.map(foldName)], equals.name('probe.a')),
      createValueProbe(
        'symbolic_directory_paths',
        directories,
        [directories.map((directory) => `${foldName(directory)}/`)],
        equals.directory('probe.a'),
      ),
      createValueProbe(
        'symbolic_file_paths',
        paths,
        [splitPaths.map(({ directory }) => foldName(directory)), splitPaths.map(({ fileName }) => foldName(fileName))],
        // `replaces_id` is null for every finished file, but the index of paths is used only with this condition
        'directory_key = probe.a and name_key = probe.b and replaces_id is null',
      ),
      createTagProbe(tags),
    ].filter(({ values }) => values.length > 0),
    patterns: [
      ...namePatterns.map((value): FilePattern => ({ argument: 'file_names', value, name: parseNamePattern(value) })),
      ...directoryPatterns.map((value): FilePattern => ({
        argument: 'symbolic_directory_paths',
        value,
        directory: parseDirectoryPattern(value),
      })),
      ...pathPatterns.map(parsePathPattern),
    ],
  };
}

/** Returns the values for which `test` returns false, and those for which it returns true. */
export function partition<T>(values: readonly T[], test: (value: T) => boolean): [T[], T[]] {
  return [values.filter((value) => !test(value)), values.filter(test)];
}

export function createIdProbe(argument: string, ids: readonly string[]): Probe {
  return {
    argument,
    values: ids,
    keys: [ids.map((id) => (uuidPattern.test(id) ? id : unknownId))],
    matchesSql: (_, { created, updated }) =>
      `select id from file where id = probe.a::uuid and ${scopeSql} ${created()} ${updated} offset 0`,
    existsSql: () => `select from file where id = probe.a::uuid and ${scopeSql}`,
  };
}

/**
 * @param condition An SQL condition for the files that match a value. If several files can match, an index must return them newest first.
 */
function createValueProbe(argument: string, values: readonly string[], keys: string[][], condition: string): Probe {
  return {
    argument,
    values,
    keys,
    matchesSql: (_, limits) => selectNewestSql(condition, limits),
    existsSql: () => `select from file where ${scopeSql} and ${condition}`,
  };
}

/** Returns SQL that finds the newest files that match the condition. */
export function selectNewestSql(condition: string, { created, updated, files }: ProbeLimits, columns = 'id'): string {
  return `select ${columns} from file where ${scopeSql} and ${condition} ${created()} ${updated} order by created_at desc, id limit ${files}`;
}

function createTagProbe(tags: readonly Tag[]): Probe {
  // the file's tags are checked as well, because different tags could have the same digest. Without `offset 0`, PostgreSQL could
  // read all files first
  const selectTagged = (limits: string) =>
    `select file_id as id from file_tag cross join lateral (
       select from file where file.id = file_tag.file_id and ${scopeSql} and jsonb_exists(tag_keys, probe.a) ${limits} offset 0
     ) file where tag = tag_digest($1, $2, probe.a)`;
  return {
    argument: 'file_tags',
    values: tags,
    keys: [tags.map(toTagKey)],
    matchesSql: (_, { created, updated, files }) =>
      `${selectTagged(updated)} ${created('file_id')} order by created_at desc, file_id limit ${files}`,
    existsSql: () => selectTagged(''),
  };
}

function toTagKey(tag: Tag): string {
  const [name, value] = Object.entries(tag)[0] ?? ['', ''];
  return value === '*' ? createTagKey(name) : createTagKey(name, value);
}

/** If a pattern matches at least this many files, its newest matches are found faster by reading the pipeline's newest files. */
const minFrequentMatches = 2000;

/** Returns a probe for each pattern. If `shouldMatchInSql` returns false, use `matchPatterns` instead. */
export async function createPatternProbes(
  db: Queryable,
  scope: readonly unknown[],
  patterns: readonly FilePattern[],
): Promise<Probe[]> {
  const frequent = await findFrequentPatterns(db, scope, patterns.filter(canUseRangeScan));
  return patterns.map((pattern): Probe => {
    const isFrequent = frequent.has(pattern);
    const condition = (bind: Bind) => createPatternCondition(pattern, (text) => `${bind(text)}::text`, !isFrequent);
    const selectAll = (bind: Bind, { created, updated }: Pick<ProbeLimits, 'created' | 'updated'>) =>
      `select id, created_at from file where ${scopeSql} and ${condition(bind)} ${created()} ${updated} offset 0`;
    const isRare = canUseRangeScan(pattern) && !isFrequent;
    return {
      argument: pattern.argument,
      values: [pattern.value],
      keys: [['']],
      matchesSql: (bind, limits) =>
        isRare
          ? `select id from (${selectAll(bind, limits)}) matches order by created_at desc, id limit ${limits.files}`
          : selectNewestSql(condition(bind), limits),
      ...(!isFrequent && {
        existsSql: (bind) => {
          const limits = { created: () => '', updated: '', files: '1' };
          return isRare ? selectAll(bind, limits) : selectNewestSql(condition(bind), limits);
        },
      }),
    };
  });
}

/** Returns the patterns that match at least {@link minFrequentMatches} files. */
async function findFrequentPatterns(
  db: Queryable,
  scope: readonly unknown[],
  patterns: readonly FilePattern[],
): Promise<Set<FilePattern>> {
  if (patterns.length === 0) return new Set();
  const params = [...scope];
  const bind: Bind = (value) => `$${params.push(value)}`;
  const { rows } = await db.query<{ is_frequent: boolean }>(
    patterns
      .map(
        (pattern, i) => `select ${i} as position, (select count(*) from (
           select from file where ${scopeSql} and ${createPatternCondition(pattern, (text) => `${bind(text)}::text`, true)} limit ${minFrequentMatches}) counted
         ) = ${minFrequentMatches} as is_frequent`,
      )
      .join(' union all ') + ' order by position',
    params,
  );
  return new Set(patterns.filter((_, i) => rows[i]?.is_frequent));
}
