import { splitFilePath } from 'millrace/shared/rules/file-path.js';
import type { Queryable } from '../db/db.js';
import { includesName, type Access } from './access.js';
import { fileColumns, type FileRow } from './files.js';
import { foldName, tagKey, type Tag } from './match-keys.js';
import {
  areFew,
  conditionOf,
  directoryPattern,
  isPattern,
  matchPatterns,
  namePattern,
  pathPattern,
  type FilePattern,
} from './match-patterns.js';

/**
 * The arguments that select files for listings and searches. In the hosted protocol, a file is selected if it is within all time
 * bounds and matches at least one value of any argument.
 */
interface FileSelectors {
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
  readonly max_files?: number | null | undefined;
}

export interface FileSelection {
  /** Newest first. */
  readonly files: FileRow[];
  readonly missingIds: string[];
  /** For each argument, the values that matched no file in the pipeline, as sent by the client. */
  readonly misses: { [argument: string]: unknown[] }[];
}

/**
 * Values of one argument that are all compared in the same way. `keys` contains the normalized values (one array, or two
 * parallel arrays), and `condition` compares `probe.a` (and `probe.b`) with the columns of `file`, so thousands of values
 * become one join instead of thousands of conditions.
 */
interface Probe {
  readonly argument: string;
  readonly values: readonly unknown[];
  readonly keys: readonly (readonly string[])[];
  readonly condition: string;
}

/** Produces one row per file tag, so that a hash join can compare any number of tags. */
const withTags = 'file cross join lateral jsonb_array_elements_text(tag_keys) as tag(key)';

function tableOf({ argument }: Probe): string {
  return argument === 'file_tags' ? withTags : 'file';
}

const metadataArguments = [
  'file_ids',
  'file_names',
  'symbolic_directory_paths',
  'symbolic_file_paths',
  'file_tags',
] as const;

/**
 * Selects a pipeline's finished files, and returns which values matched no file. If there are no arguments other than time
 * bounds, all files are selected. If all the arguments are empty lists, no file is selected. A pipeline that is not visible has
 * no files.
 */
export async function selectFiles(
  db: Queryable,
  access: Access,
  pipeline: string,
  selectors: FileSelectors,
  now: Date,
): Promise<FileSelection> {
  // no pipeline equals null
  const scope: Scope = [access.account, includesName(access, pipeline) ? pipeline : null, now];
  const { probes: exact, patterns } = valuesOf(selectors);
  const few = areFew(patterns);
  const compared = few ? [...exact, ...patterns.map(probeOf)] : exact;
  const matched = few ? undefined : await matchPatterns(db, scopeSql, scope, patterns);
  const probes = matched ? [...exact, probe('', [], 'id = probe.a::uuid', matched.ids)] : compared;
  const selectsNothing = probes.length === 0 && metadataArguments.some((argument) => selectors[argument] != null);
  const files = selectsNothing ? [] : await findFiles(db, scope, probes, selectors);
  const misses = await findMisses(db, scope, compared);
  for (const { argument, value } of matched?.missed ?? []) {
    misses.set(argument, [...(misses.get(argument) ?? []), value]);
  }
  return {
    files,
    missingIds: (misses.get('file_ids') ?? []) as string[],
    misses: metadataArguments
      .filter((argument) => argument !== 'file_ids' && misses.has(argument))
      .map((argument) => ({ [argument]: misses.get(argument) ?? [] })),
  };
}

/** The parameters of {@link scopeSql}. */
type Scope = readonly [account: string, pipeline: string | null, now: Date];

const scopeSql = `account_id = $1 and pipeline = $2 and state = 'ready' and expires_at > $3`;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Replaces an invalid id, so that the id is reported as not found. */
const unknownId = '00000000-0000-0000-0000-000000000000';

interface Values {
  /** Exact values, which are found by an index. */
  readonly probes: readonly Probe[];
  readonly patterns: readonly FilePattern[];
}

function valuesOf(selectors: FileSelectors): Values {
  const { file_ids, file_names, symbolic_directory_paths, symbolic_file_paths, file_tags } = selectors;
  const ids = [...new Set(file_ids)];
  const [names, namePatterns] = partition(file_names ?? [], isPattern);
  const [directories, directoryPatterns] = partition(symbolic_directory_paths ?? [], isPattern);
  const [paths, pathPatterns] = partition(symbolic_file_paths ?? [], (path) => {
    const { directory, fileName } = splitFilePath(path);
    return isPattern(directory) || isPattern(fileName);
  });
  const split = paths.map(splitFilePath);
  return {
    probes: [
      probe(
        'file_ids',
        ids,
        'id = probe.a::uuid',
        ids.map((id) => (uuid.test(id) ? id : unknownId)),
      ),
      probe('file_names', names, 'name_key = probe.a', names.map(foldName)),
      probe('symbolic_directory_paths', directories, 'directory_key = probe.a', directories.map(foldName)),
      probe(
        'symbolic_file_paths',
        paths,
        'directory_key = probe.a and name_key = probe.b',
        split.map(({ directory }) => foldName(directory)),
        split.map(({ fileName }) => foldName(fileName)),
      ),
      probe('file_tags', file_tags ?? [], 'tag.key = probe.a', (file_tags ?? []).map(keyOfTag)),
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

function probe(argument: string, values: readonly unknown[], condition: string, ...keys: string[][]): Probe {
  return { argument, values, keys, condition };
}

function probeOf(pattern: FilePattern): Probe {
  const { sql, keys } = conditionOf(pattern, ['probe.a', 'probe.b']);
  return probe(pattern.argument, [pattern.value], sql, ...keys.map((key) => [key]));
}

function partition<T>(values: readonly T[], isSecond: (value: T) => boolean): [T[], T[]] {
  return [values.filter((value) => !isSecond(value)), values.filter(isSecond)];
}

function keyOfTag(tag: Tag): string {
  const [key, value] = Object.entries(tag)[0] ?? ['', ''];
  return value === '*' ? tagKey(key) : tagKey(key, value);
}

async function findFiles(
  db: Queryable,
  scope: Scope,
  probes: readonly Probe[],
  selectors: FileSelectors,
): Promise<FileRow[]> {
  const params: unknown[] = [...scope];
  const bind = (value: unknown) => `$${params.push(value)}`;
  const chosen = probes.map(
    (probe) => `select id from ${tableOf(probe)}, ${unnest(probe, bind)} where ${scopeSql} and ${probe.condition}`,
  );
  const { rows } = await db.query<FileRow>(
    `select ${fileColumns} from ${chosen.length > 0 ? eachOf(chosen.join(' union all ')) : 'file'}
     where ${scopeSql} ${timeBounds(selectors, bind)}
     order by created_at desc, id limit ${bind(selectors.max_files ?? 1000)}`,
    params,
  );
  return rows;
}

/**
 * Looks up the files with these ids one by one. `offset 0` enforces this, because without statistics the planner expects a
 * single file and would choose a nested loop over all pairs.
 */
function eachOf(ids: string): string {
  return `(select distinct id from (${ids}) any_of_them) chosen cross join lateral (select * from file where file.id = chosen.id offset 0) file`;
}

function unnest(probe: Probe, bind: (value: unknown) => string): string {
  const arrays = probe.keys.map((keys) => `${bind(keys)}::text[]`).join(', ');
  return `unnest(${arrays}) with ordinality probe(${probe.keys.length === 1 ? 'a' : 'a, b'}, position)`;
}

function timeBounds(selectors: FileSelectors, bind: (value: unknown) => string): string {
  const bound = (column: string, operator: string, seconds: number | null | undefined) =>
    seconds === null || seconds === undefined ? '' : ` and ${column} ${operator} to_timestamp(${bind(seconds)})`;
  const exclusiveEnd = (seconds: number | null | undefined) => (typeof seconds === 'number' ? seconds + 1 : seconds);
  return (
    bound('created_at', '>=', selectors.created_at_start) +
    bound('created_at', '<', exclusiveEnd(selectors.created_at_end)) +
    bound('updated_at', '>=', selectors.last_updated_start) +
    bound('updated_at', '<', exclusiveEnd(selectors.last_updated_end))
  );
}

/** Returns the values that match no finished file in the pipeline, regardless of the other arguments. */
async function findMisses(db: Queryable, scope: Scope, probes: readonly Probe[]): Promise<Map<string, unknown[]>> {
  const misses = new Map<string, unknown[]>();
  if (probes.length === 0) return misses;
  const params: unknown[] = [...scope];
  const bind = (value: unknown) => `$${params.push(value)}`;
  const tests = probes.map(
    (probe, i) => `select ${i} as probe, position from ${unnest(probe, bind)}
      where not exists (select from ${tableOf(probe)} where ${scopeSql} and ${probe.condition})`,
  );
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
