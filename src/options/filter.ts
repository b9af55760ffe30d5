import { checkDirectoryPattern } from '../shared/rules/directory-path.js';
import { checkExtension } from '../shared/rules/extension.js';
import { checkFileNamePattern } from '../shared/rules/file-name.js';
import { checkFilePathPattern } from '../shared/rules/file-path.js';
import { checkId } from '../shared/rules/identifier.js';
import { checkList } from '../shared/rules/list-argument.js';
import { checkMaxFiles } from '../shared/rules/numbers.js';
import { checkTagFilter } from '../shared/rules/tags.js';
import { checkTimeRange, readTimestamp } from '../shared/rules/timestamp.js';
import type { FileFilter } from '../shared/types/file-record.js';
import type { Limits } from '../shared/types/limits.js';
import type { Issues } from './issues.js';
import { spell, spellTag } from './metadata.js';

const selectorNames = [
  'fileIds',
  'fileNames',
  'symbolicDirectoryPaths',
  'symbolicFilePaths',
  'fileTags',
  'createdAtStart',
  'createdAtEnd',
  'lastUpdatedStart',
  'lastUpdatedEnd',
] as const;

export const filterNames = [...selectorNames, 'maxFiles', 'sortOrder'] as const;

const times = [
  ['createdAtStart', 'createdAtEnd'],
  ['lastUpdatedStart', 'lastUpdatedEnd'],
] as const;

type Filter = Omit<FileFilter, 'sortOrder'>;

/** @param extensions Those that a file of this pipeline may have, where they are known. */
export function checkFilter(
  filter: Filter,
  limits: Limits,
  extensions: readonly string[] | undefined,
  issues: Issues,
): void {
  if (selectorNames.every((name) => filter[name] === undefined)) {
    issues.add(
      [],
      `Expected at least one of ${selectorNames.join(', ')}, got none: please provide at least one query argument. All files are symbolicDirectoryPaths: ['/*']`,
    );
  }
  type Rule = (item: unknown, limits: Limits) => string | undefined;
  const list = (name: (typeof selectorNames)[number], rule: Rule): void => {
    if (filter[name] !== undefined) issues.addAll([name], checkList(filter[name], limits, rule));
  };
  const named =
    (rule: Rule): Rule =>
    (item) =>
      rule(item, limits) ?? checkSuffix(item as string, extensions);
  list('fileIds', (item) => checkId(item, 'a file id'));
  list('fileNames', named(checkFileNamePattern));
  list('symbolicDirectoryPaths', checkDirectoryPattern);
  list('symbolicFilePaths', named(checkFilePathPattern));
  list('fileTags', checkTagFilter);
  for (const [start, end] of times) {
    const from = checkTime(filter, start, 'start', issues);
    const to = checkTime(filter, end, 'end', issues);
    issues.add([start], checkTimeRange(from, to));
  }
  if (filter.maxFiles !== undefined) issues.add(['maxFiles'], checkMaxFiles(filter.maxFiles, limits));
}

/** A filter that the rules have passed, in the server's letters; times are Unix seconds. */
export function readFilter(filter: Filter, limits: Limits) {
  const texts = (list: readonly string[] | undefined): string[] | null =>
    list?.map((text) => spell(text, limits)) ?? null;
  return {
    fileIds: filter.fileIds?.map((id) => id.toLowerCase()) ?? null,
    fileNames: texts(filter.fileNames),
    directories: texts(filter.symbolicDirectoryPaths),
    filePaths: texts(filter.symbolicFilePaths),
    tags: filter.fileTags?.map((tag) => spellTag(tag, limits)) ?? null,
    createdAtStart: readTime(filter.createdAtStart, 'start'),
    createdAtEnd: readTime(filter.createdAtEnd, 'end'),
    lastUpdatedStart: readTime(filter.lastUpdatedStart, 'start'),
    lastUpdatedEnd: readTime(filter.lastUpdatedEnd, 'end'),
    maxFiles: filter.maxFiles ?? Math.min(1000, limits.maxFiles),
  };
}

function checkTime(
  filter: Filter,
  name: (typeof times)[number][number],
  bound: 'start' | 'end',
  issues: Issues,
): number | undefined {
  if (filter[name] === undefined) return undefined;
  const read = readTimestamp(filter[name], bound);
  if (typeof read === 'number') return read;
  issues.add([name], read);
  return undefined;
}

function readTime(value: Date | string | undefined, bound: 'start' | 'end'): number | null {
  if (value === undefined) return null;
  const read = readTimestamp(value, bound);
  return typeof read === 'number' ? read : null;
}

/** A name that is not open at its end must end as this pipeline's files do. */
function checkSuffix(name: string, extensions: readonly string[] | undefined): string | undefined {
  return name.endsWith('*') || extensions === undefined ? undefined : checkExtension(name, extensions);
}
