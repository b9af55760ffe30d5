import { splitFilePath } from 'millrace/shared/rules/file-path.js';
import type { Queryable } from '../db/db.js';
import { fileColumns, type FileRow } from './files.js';
import { foldName, tagKey, type Tag } from './match-keys.js';

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
 * bounds, all files are selected. If all the arguments are empty lists, no file is selected.
 */
export async function selectFiles(
  db: Queryable,
  accountId: string,
  pipeline: string,
  selectors: FileSelectors,
  now: Date,
): Promise<FileSelection> {
  const scope: Scope = { accountId, pipeline, now };
  const probes = probesOf(selectors);
  const selectsNothing = probes.length === 0 && metadataArguments.some((argument) => selectors[argument] != null);
  const files = selectsNothing ? [] : await findFiles(db, scope, probes, selectors);
  const misses = await findMisses(db, scope, probes);
  return {
    files,
    missingIds: (misses.get('file_ids') ?? []) as string[],
    misses: [...misses]
      .filter(([argument]) => argument !== 'file_ids')
      .map(([argument, values]) => ({ [argument]: values })),
  };
}

interface Scope {
  readonly accountId: string;
  readonly pipeline: string;
  readonly now: Date;
}

const scopeSql = `account_id = $1 and pipeline = $2 and state = 'ready' and expires_at > $3`;

/** Directories are compared with a trailing slash, so that `/my/*` also matches files located directly in `/my`. */
const directorySql = `case when directory_key = '/' then '/' else directory_key || '/' end`;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Replaces an invalid id, so that the id is reported as not found. */
const unknownId = '00000000-0000-0000-0000-000000000000';

function probesOf(selectors: FileSelectors): Probe[] {
  const { file_ids, file_names, symbolic_directory_paths, symbolic_file_paths, file_tags } = selectors;
  const ids = [...new Set(file_ids)];
  const isPattern = (value: string) => value.startsWith('*') || value.endsWith('*');
  const [names, namePatterns] = partition(file_names ?? [], isPattern);
  const [directories, directoryPatterns] = partition(symbolic_directory_paths ?? [], isPattern);
  const paths = (symbolic_file_paths ?? []).map((value) => ({ value, ...splitFilePath(value) }));
  const [exactPaths, pathPatterns] = partition(
    paths,
    ({ directory, fileName }) => isPattern(directory) || isPattern(fileName),
  );
  const probe = (argument: string, values: readonly unknown[], condition: string, ...keys: string[][]): Probe => ({
    argument,
    values,
    keys,
    condition,
  });
  return [
    probe(
      'file_ids',
      ids,
      'id = probe.a::uuid',
      ids.map((id) => (uuid.test(id) ? id : unknownId)),
    ),
    probe('file_names', names, 'name_key = probe.a', names.map(foldName)),
    probe('file_names', namePatterns, 'name_key like probe.a', namePatterns.map(namePattern)),
    probe('symbolic_directory_paths', directories, 'directory_key = probe.a', directories.map(foldName)),
    probe(
      'symbolic_directory_paths',
      directoryPatterns,
      `${directorySql} like probe.a`,
      directoryPatterns.map(directoryPattern),
    ),
    probe(
      'symbolic_file_paths',
      exactPaths.map((path) => path.value),
      'directory_key = probe.a and name_key = probe.b',
      exactPaths.map((path) => foldName(path.directory)),
      exactPaths.map((path) => foldName(path.fileName)),
    ),
    probe(
      'symbolic_file_paths',
      pathPatterns.map((path) => path.value),
      `${directorySql} like probe.a and name_key like probe.b`,
      pathPatterns.map((path) => directoryPattern(path.directory)),
      pathPatterns.map((path) => namePattern(path.fileName)),
    ),
    probe('file_tags', file_tags ?? [], 'tag.key = probe.a', (file_tags ?? []).map(keyOfTag)),
  ].filter(({ values }) => values.length > 0);
}

function partition<T>(values: readonly T[], isSecond: (value: T) => boolean): [T[], T[]] {
  return [values.filter((value) => !isSecond(value)), values.filter(isSecond)];
}

function keyOfTag(tag: Tag): string {
  const [key, value] = Object.entries(tag)[0] ?? ['', ''];
  return value === '*' ? tagKey(key) : tagKey(key, value);
}

function namePattern(value: string): string {
  const leading = value.startsWith('*');
  const trailing = value.endsWith('*') && value.length > 1;
  const literal = escapeLike(foldName(value.slice(leading ? 1 : 0, trailing ? -1 : undefined)));
  return `${leading ? '%' : ''}${literal}${trailing ? '%' : ''}`;
}

function directoryPattern(value: string): string {
  if (value.endsWith('*')) return `${escapeLike(foldName(value.slice(0, -1)))}%`;
  return value === '/' ? '/' : `${escapeLike(foldName(value))}/`;
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

async function findFiles(
  db: Queryable,
  scope: Scope,
  probes: readonly Probe[],
  selectors: FileSelectors,
): Promise<FileRow[]> {
  const params: unknown[] = [scope.accountId, scope.pipeline, scope.now];
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
  const params: unknown[] = [scope.accountId, scope.pipeline, scope.now];
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
