import { foldName } from 'millrace/shared/rules/files/fold-name.js';
import { splitFilePath } from 'millrace/shared/rules/files/file-path.js';
import type { Queryable } from '../../db/db.js';
import { tagKey, type Tag } from './match-keys.js';
import {
  conditionOf,
  equals,
  directoryPattern,
  isPattern,
  isRange,
  namePattern,
  pathPattern,
  type FilePattern,
} from './match-patterns.js';

/** Selects a pipeline's finished files. The parameters are the account, the pipeline and the current time. */
export const scopeSql = `account_id = $1 and pipeline = $2 and state = 'ready' and expires_at > $3`;

/** Adds a parameter to a statement, and returns its SQL. */
export type Bind = (value: unknown) => string;

/**
 * The values of one argument. For each value, an index finds a limited number of files, newest first, so the time that a listing
 * takes depends neither on the number of files nor on how many files match.
 */
export interface Probe {
  readonly argument: string;
  readonly values: readonly unknown[];
  /** The values as the database compares them: one array, or two parallel arrays, to which SQL refers as `probe.a` and `probe.b`. */
  readonly keys: readonly (readonly string[])[];
  /** Returns SQL that finds the ids of the newest files that match one of the values. */
  readonly find: (bind: Bind, limits: Limits) => string;
  /** Returns SQL that finds a row if any file matches one of the values. Omitted if it is certain that files match. */
  readonly findAny?: (bind: Bind) => string;
}

interface Limits {
  /** Returns conditions on `created_at` and on the file's id. @param id The column of the file's id. @default `id` */
  readonly created: (id?: string) => string;
  /** Conditions on `updated_at`. */
  readonly updated: string;
  /** The maximum number of files, as SQL. */
  readonly files: string;
}

/** The arguments with values or patterns. */
interface ProbedSelectors {
  readonly file_ids?: readonly string[] | null | undefined;
  readonly file_names?: readonly string[] | null | undefined;
  readonly symbolic_directory_paths?: readonly string[] | null | undefined;
  readonly symbolic_file_paths?: readonly string[] | null | undefined;
  readonly file_tags?: readonly Tag[] | null | undefined;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Replaces an invalid id, so that the id is reported as not found. */
const unknownId = '00000000-0000-0000-0000-000000000000';

/** Returns the probes for exact values, and the patterns. */
export function readValues(selectors: ProbedSelectors): { probes: Probe[]; patterns: FilePattern[] } {
  const [names, namePatterns] = partition(selectors.file_names ?? [], isPattern);
  const [directories, directoryPatterns] = partition(selectors.symbolic_directory_paths ?? [], isPattern);
  const [paths, pathPatterns] = partition(selectors.symbolic_file_paths ?? [], (path) => {
    const { directory, fileName } = splitFilePath(path);
    return isPattern(directory) || isPattern(fileName);
  });
  const split = paths.map(splitFilePath);
  const tags = selectors.file_tags ?? [];
  return {
    probes: [
      idProbe('file_ids', [...new Set(selectors.file_ids)]),
      valueProbe('file_names', names, [names.map(foldName)], equals.name('probe.a')),
      valueProbe(
        'symbolic_directory_paths',
        directories,
        [directories.map((directory) => `${foldName(directory)}/`)],
        equals.directory('probe.a'),
      ),
      valueProbe(
        'symbolic_file_paths',
        paths,
        [split.map(({ directory }) => foldName(directory)), split.map(({ fileName }) => foldName(fileName))],
        // `replaces_id` is null for every finished file, but the index of paths is used only with this condition
        'directory_key = probe.a and name_key = probe.b and replaces_id is null',
      ),
      tagProbe(tags),
    ].filter(({ values }) => values.length > 0),
    patterns: [
      ...namePatterns.map((value): FilePattern => ({ argument: 'file_names', value, name: namePattern(value) })),
      ...directoryPatterns.map((value): FilePattern => ({
        argument: 'symbolic_directory_paths',
        value,
        directory: directoryPattern(value),
      })),
      ...pathPatterns.map(pathPattern),
    ],
  };
}

export function partition<T>(values: readonly T[], isSecond: (value: T) => boolean): [T[], T[]] {
  return [values.filter((value) => !isSecond(value)), values.filter(isSecond)];
}

export function idProbe(argument: string, ids: readonly string[]): Probe {
  return {
    argument,
    values: ids,
    keys: [ids.map((id) => (uuid.test(id) ? id : unknownId))],
    find: (_, { created, updated }) =>
      `select id from file where id = probe.a::uuid and ${scopeSql} ${created()} ${updated} offset 0`,
    findAny: () => `select from file where id = probe.a::uuid and ${scopeSql}`,
  };
}

/** @param condition The condition that a file matches the value. An index must contain the matching files in the order of time. */
function valueProbe(argument: string, values: readonly string[], keys: string[][], condition: string): Probe {
  return {
    argument,
    values,
    keys,
    find: (_, limits) => newest(condition, limits),
    findAny: () => `select from file where ${scopeSql} and ${condition}`,
  };
}

/** Returns SQL that finds the newest files that match the condition. */
export function newest(condition: string, { created, updated, files }: Limits, columns = 'id'): string {
  return `select ${columns} from file where ${scopeSql} and ${condition} ${created()} ${updated} order by created_at desc, id limit ${files}`;
}

function tagProbe(tags: readonly Tag[]): Probe {
  // the file is checked as well, because different tags could have the same digest. Without `offset 0`, the database could read
  // all files first
  const tagged = (limits: string) =>
    `select file_id as id from file_tag cross join lateral (
       select from file where file.id = file_tag.file_id and ${scopeSql} and jsonb_exists(tag_keys, probe.a) ${limits} offset 0
     ) file where tag = tag_digest($1, $2, probe.a)`;
  return {
    argument: 'file_tags',
    values: tags,
    keys: [tags.map(keyOfTag)],
    find: (_, { created, updated, files }) =>
      `${tagged(updated)} ${created('file_id')} order by created_at desc, file_id limit ${files}`,
    findAny: () => tagged(''),
  };
}

function keyOfTag(tag: Tag): string {
  const [key, value] = Object.entries(tag)[0] ?? ['', ''];
  return value === '*' ? tagKey(key) : tagKey(key, value);
}

/** If a pattern matches at least this many files, reading the newest files of the pipeline is the faster way to find the newest matches. */
const manyFiles = 2000;

/** Returns a probe for each of a few patterns. */
export async function patternProbes(
  db: Queryable,
  scope: readonly unknown[],
  patterns: readonly FilePattern[],
): Promise<Probe[]> {
  const frequent = await findFrequent(db, scope, patterns.filter(isRange));
  return patterns.map((pattern): Probe => {
    const isFrequent = frequent.has(pattern);
    const condition = (bind: Bind) => conditionOf(pattern, (text) => `${bind(text)}::text`, !isFrequent);
    const few = (bind: Bind, { created, updated }: Pick<Limits, 'created' | 'updated'>) =>
      `select id, created_at from file where ${scopeSql} and ${condition(bind)} ${created()} ${updated} offset 0`;
    const isFew = isRange(pattern) && !isFrequent;
    return {
      argument: pattern.argument,
      values: [pattern.value],
      keys: [['']],
      find: (bind, limits) =>
        isFew
          ? `select id from (${few(bind, limits)}) few order by created_at desc, id limit ${limits.files}`
          : newest(condition(bind), limits),
      ...(!isFrequent && {
        findAny: (bind) => {
          const noLimits = { created: () => '', updated: '', files: '1' };
          return isFew ? few(bind, noLimits) : newest(condition(bind), noLimits);
        },
      }),
    };
  });
}

async function findFrequent(
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
        (pattern, i) => `select ${i} as place, (select count(*) from (
           select from file where ${scopeSql} and ${conditionOf(pattern, (text) => `${bind(text)}::text`, true)} limit ${manyFiles}) counted
         ) = ${manyFiles} as is_frequent`,
      )
      .join(' union all ') + ' order by place',
    params,
  );
  return new Set(patterns.filter((_, i) => rows[i]?.is_frequent));
}
