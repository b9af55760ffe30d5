import { checkDirectoryPattern } from '../shared/rules/files/directory-path.js';
import { checkFileNamePattern } from '../shared/rules/files/file-name.js';
import { checkFilePathPattern } from '../shared/rules/files/file-path.js';
import { checkId, checkList, checkMaxFiles } from '../shared/rules/arguments.js';
import { checkTagFilter } from '../shared/rules/tags.js';
import { checkTimeRange, parseTimestamp } from '../shared/rules/timestamp.js';
import type { FileFilter } from '../shared/types/files/file-record.js';
import type { Limits } from '../shared/types/limits.js';
import type { Issues } from './issues.js';
import { toServerCase, toServerTagCase } from './metadata.js';
import type { OptionRules } from './option-rules.js';

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

const timeRanges = [
  ['createdAtStart', 'createdAtEnd'],
  ['lastUpdatedStart', 'lastUpdatedEnd'],
] as const;

type Filter = Omit<FileFilter, 'sortOrder'>;

/** Returns the rules for the fields of a file filter. @param checkExtension Checks the extension of a file name or path. */
export function createFilterRules(
  limits: Limits,
  checkExtension: (name: string) => string | undefined = () => undefined,
): OptionRules<keyof Filter> {
  type Rule = (item: unknown, limits: Limits) => string | undefined;
  const listOf = (rule: Rule) => (value: unknown) => checkList(value, limits, rule);
  const withExtensionCheck =
    (rule: Rule): Rule =>
    (item) =>
      rule(item, limits) ?? ((item as string).endsWith('*') ? undefined : checkExtension(item as string));
  const toBeTimestamp = (bound: 'start' | 'end') => (value: unknown) => {
    const result = parseTimestamp(value, bound);
    return typeof result === 'string' ? result : undefined;
  };
  return {
    fileIds: listOf((item) => checkId(item, 'a file id')),
    fileNames: listOf(withExtensionCheck(checkFileNamePattern)),
    symbolicDirectoryPaths: listOf(checkDirectoryPattern),
    symbolicFilePaths: listOf(withExtensionCheck(checkFilePathPattern)),
    fileTags: listOf(checkTagFilter),
    createdAtStart: toBeTimestamp('start'),
    createdAtEnd: toBeTimestamp('end'),
    lastUpdatedStart: toBeTimestamp('start'),
    lastUpdatedEnd: toBeTimestamp('end'),
    maxFiles: (value) => checkMaxFiles(value, limits),
  };
}

/** Adds an issue if the filter has no selectors, and one for each time range that ends before it starts. */
export function checkSelection(filter: Filter, issues: Issues): void {
  if (selectorNames.every((name) => filter[name] === undefined)) {
    issues.add(
      [],
      `Expected at least one of ${selectorNames.join(', ')}, got none. For all files, use symbolicDirectoryPaths: ['/*']`,
    );
  }
  for (const [start, end] of timeRanges) {
    const from = toUnixSeconds(filter[start], 'start') ?? undefined;
    const to = toUnixSeconds(filter[end], 'end') ?? undefined;
    issues.add([start], checkTimeRange(from, to));
  }
}

/**
 * Converts a filter to the server's format: names, paths and tags in the server's case, and times in Unix seconds. The filter must
 * satisfy the rules of {@link createFilterRules}.
 */
export function toServerFilter(filter: Filter, limits: Limits) {
  const toServerCaseList = (list: readonly string[] | undefined): string[] | null =>
    list?.map((text) => toServerCase(text, limits)) ?? null;
  return {
    fileIds: filter.fileIds?.map((id) => id.toLowerCase()) ?? null,
    fileNames: toServerCaseList(filter.fileNames),
    directories: toServerCaseList(filter.symbolicDirectoryPaths),
    filePaths: toServerCaseList(filter.symbolicFilePaths),
    tags: filter.fileTags?.map((tag) => toServerTagCase(tag, limits)) ?? null,
    createdAtStart: toUnixSeconds(filter.createdAtStart, 'start'),
    createdAtEnd: toUnixSeconds(filter.createdAtEnd, 'end'),
    lastUpdatedStart: toUnixSeconds(filter.lastUpdatedStart, 'start'),
    lastUpdatedEnd: toUnixSeconds(filter.lastUpdatedEnd, 'end'),
    maxFiles: filter.maxFiles ?? Math.min(1000, limits.maxFiles),
  };
}

/** Returns `null` if the time is not set or invalid. */
function toUnixSeconds(value: Date | string | undefined, bound: 'start' | 'end'): number | null {
  if (value === undefined) return null;
  const seconds = parseTimestamp(value, bound);
  return typeof seconds === 'number' ? seconds : null;
}
