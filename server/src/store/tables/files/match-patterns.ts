import { foldName } from 'millrace/shared/rules/files/fold-name.js';
import { splitFilePath } from 'millrace/shared/rules/files/file-path.js';
import type { Queryable } from '../../db/db.js';
import { TextMatcher, type TextPattern } from './text-matcher.js';

/** A value whose file name or directory starts or ends with `*`. If `name` or `directory` is omitted, it matches every file. */
export interface FilePattern {
  readonly argument: 'file_names' | 'symbolic_directory_paths' | 'symbolic_file_paths';
  /** As sent by the client. */
  readonly value: string;
  readonly name?: TextPattern;
  /** Compared with the directory plus a trailing slash, so that `/my/*` also matches files located directly in `/my`. */
  readonly directory?: TextPattern;
}

/** Returns whether a name or directory starts or ends with `*`. */
export function isPattern(value: string): boolean {
  return value.startsWith('*') || value.endsWith('*');
}

export function parseNamePattern(value: string): TextPattern {
  const hasLeading = value.startsWith('*');
  const hasTrailing = value.endsWith('*') && value.length > 1;
  const text = foldName(value.slice(hasLeading ? 1 : 0, hasTrailing ? -1 : undefined));
  return { text, kind: hasLeading ? (hasTrailing ? 'within' : 'end') : hasTrailing ? 'start' : 'equal' };
}

export function parseDirectoryPattern(value: string): TextPattern {
  if (value.endsWith('*')) return { text: foldName(value.slice(0, -1)), kind: 'start' };
  return { text: `${foldName(value)}/`, kind: 'equal' };
}

export function parsePathPattern(value: string): FilePattern {
  const { directory, fileName } = splitFilePath(value);
  return {
    argument: 'symbolic_file_paths',
    value,
    name: parseNamePattern(fileName),
    directory: parseDirectoryPattern(directory),
  };
}

/**
 * Returns whether PostgreSQL should look up each pattern on its own, which is faster for a few patterns whose `within` texts are short.
 * Otherwise, use {@link matchPatterns}, which does not compare each file with every pattern.
 */
export function shouldMatchInSql(patterns: readonly FilePattern[]): boolean {
  const withinLength = patterns.reduce((sum, { name }) => sum + (name?.kind === 'within' ? name.text.length : 0), 0);
  return patterns.length <= 8 && withinLength <= 64;
}

/** Number of leading characters of a directory that the index contains. */
const indexedLength = 200;

/** The SQL expressions for names and directories that the indexes contain. */
const indexed = {
  name: (text: string) => `${text} collate "C"`,
  directory: (text: string) => `left(${text}, ${indexedLength}) collate "C"`,
};

/** The SQL for a directory with a trailing slash. */
const directorySql = "(directory_key || '/')";

/** The SQL conditions for a name or directory that equals `key`. They can use an index. */
export const equals = {
  name: (key: string) => `${indexed.name('name_key')} = ${key}`,
  directory: (key: string) =>
    `${directorySql} = ${key} and ${indexed.directory(directorySql)} = ${indexed.directory(key)}`,
};

/**
 * Returns the SQL condition for the files that match the pattern.
 *
 * @param bind Adds a parameter, and returns its placeholder.
 * @param shouldUseIndex Whether to look up the start of a name or directory with an index range scan, which is faster unless many files
 * match.
 */
export function createPatternCondition(
  pattern: FilePattern,
  bind: (value: string) => string,
  shouldUseIndex: boolean,
): string {
  const condition = (part: 'name' | 'directory', column: string): string[] => {
    const { text, kind } = pattern[part] ?? { text: '', kind: 'start' };
    if (kind === 'equal') return [equals[part](bind(text))];
    if (startsEveryPath(text)) return [];
    const key = bind(text);
    // unlike `like`, these comparisons take time that is linear in the length of the name
    if (kind === 'end') return [`right(${column}, length(${key})) = ${key}`];
    if (kind === 'within') return [`strpos(${column}, ${key}) > 0`];
    if (!shouldUseIndex) return [`starts_with(${column}, ${key})`];
    const until = firstAfterPrefix(Array.from(text).slice(0, indexedLength));
    const sortKey = indexed[part](column);
    return [
      `starts_with(${column}, ${key})`,
      `${sortKey} >= ${indexed[part](key)}`,
      ...(until === undefined ? [] : [`${sortKey} < ${indexed.name(bind(until))}`]),
    ];
  };
  return [...condition('directory', directorySql), ...condition('name', 'name_key')].join(' and ') || 'true';
}

/** Returns whether every name or every directory starts with the text. */
function startsEveryPath(text: string): boolean {
  return text === '' || text === '/';
}

/** Returns whether an index range scan can find the pattern's files. Such a scan can return many files, and not in order of creation. */
export function canUseRangeScan({ name, directory }: FilePattern): boolean {
  return [name, directory].some((part) => part?.kind === 'start' && !startsEveryPath(part.text));
}

/** Returns the first text, in code point order, after all texts with this prefix; `undefined` if the prefix consists only of U+10FFFF. */
function firstAfterPrefix(prefix: readonly string[]): string | undefined {
  const points = [...prefix];
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const next = (last.codePointAt(0) ?? 0) + 1;
    // skip surrogates, which are not characters
    if (next <= 0x10_ff_ff) return points.join('') + String.fromCodePoint(next === 0xd8_00 ? 0xe0_00 : next);
  }
  return undefined;
}

const pageSize = 1000;

interface NamedFile {
  readonly id: string;
  readonly directory_key: string;
  readonly name_key: string;
}

/**
 * Compares a pipeline's files with many patterns in one pass. Reads a page of files at a time, so that other requests can run
 * between the pages.
 *
 * @param scopeSql An SQL condition for the pipeline's files, whose parameters are `scope`.
 * @returns The ids of the matching files, and the patterns that match no file.
 */
export async function matchPatterns(
  db: Queryable,
  scopeSql: string,
  scope: readonly unknown[],
  patterns: readonly FilePattern[],
): Promise<{ ids: string[]; missed: FilePattern[] }> {
  const nameMatcher = new TextMatcher(patterns.map(({ name }) => name));
  const directoryMatcher = new TextMatcher(patterns.map(({ directory }) => directory));
  const missed = new Set(patterns);
  const ids: string[] = [];
  for (let last: NamedFile | undefined, isMore = true; isMore;) {
    const after = `and (directory_key, name_key) > ($${scope.length + 1}, $${scope.length + 2})`;
    const { rows } = await db.query<NamedFile>(
      `select id, directory_key, name_key from file where ${scopeSql} ${last ? after : ''}
       order by directory_key, name_key limit ${pageSize}`,
      last ? [...scope, last.directory_key, last.name_key] : scope,
    );
    for (const file of rows) {
      const directoryMatches = directoryMatcher.match(`${file.directory_key}/`);
      const matches = [...nameMatcher.match(file.name_key)].filter((index) => directoryMatches.has(index));
      if (matches.length > 0) ids.push(file.id);
      for (const index of matches) missed.delete(patterns[index] as FilePattern);
    }
    last = rows.at(-1);
    isMore = rows.length === pageSize;
  }
  return { ids, missed: [...missed] };
}
