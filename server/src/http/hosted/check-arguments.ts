import { checkDescription, checkPipelineName, checkQuery } from 'millrace/shared/rules/free-text.js';
import { checkDirectoryPath, checkDirectoryPattern } from 'millrace/shared/rules/files/directory-path.js';
import { checkFileName, checkFileNamePattern } from 'millrace/shared/rules/files/file-name.js';
import { checkFilePathPattern } from 'millrace/shared/rules/files/file-path.js';
import { checkId, checkList, checkExpireTime, checkK, checkMaxFiles } from 'millrace/shared/rules/arguments.js';
import { checkTagFilter, checkTags } from 'millrace/shared/rules/tags.js';
import { checkTimeRange } from 'millrace/shared/rules/timestamp.js';
import type { Limits } from 'millrace/shared/types/limits.js';
import type { ListRequest, ProcessRequest, UpdateRequest } from 'millrace/shared/wire/requests.js';
import { EngineError } from '../../engine/engine-error.js';

export function isId(text: string): boolean {
  return checkId(text) === undefined;
}

type Problem = string | { readonly path: (string | number)[]; readonly message: string } | undefined;

/** Returns the error message for a problem with an argument. */
type Describe = (argument: string, problem: string) => string;

const describeBadRequest: Describe = (argument, problem) => `BAD REQUEST: ${argument}: ${problem}`;

/** @throws `EngineError` `validation` for the first problem, if there is one. */
function assertNoProblem(
  argument: string,
  problems: Problem | readonly Problem[],
  describe: Describe = describeBadRequest,
): void {
  const list: readonly Problem[] = isList(problems) ? problems : [problems];
  const firstProblem = list.find((problem) => problem !== undefined);
  if (firstProblem === undefined) return;
  const { path, message } = typeof firstProblem === 'string' ? { path: [], message: firstProblem } : firstProblem;
  throw new EngineError('validation', describe([argument, ...path].join('.'), message));
}

/** `Array.isArray` does not narrow read-only arrays. */
function isList(problems: Problem | readonly Problem[]): problems is readonly Problem[] {
  return Array.isArray(problems);
}

/** Applies a rule to an argument, unless the argument is `null` or omitted. @throws `EngineError` `validation` for the first problem. */
function assertArgument<T>(
  argument: string,
  value: T | null | undefined,
  rule: (value: T) => Problem | readonly Problem[],
  describe?: Describe,
): void {
  if (value !== null && value !== undefined) assertNoProblem(argument, rule(value), describe);
}

/** @throws `EngineError` `validation` if a pipeline's name is invalid. */
export function assertPipelineName(name: string, limits: Limits): void {
  assertNoProblem('pipeline', checkPipelineName(name, limits));
}

/** @throws `EngineError` `validation` if a file's name, directory, tags, description, expiry or sync root is invalid. */
export function assertMetadata(body: Partial<UpdateRequest & Pick<ProcessRequest, 'sync_root'>>, limits: Limits): void {
  assertArgument('file_name', body.file_name, (value) => checkFileName(value, limits));
  assertArgument('symbolic_directory_path', body.symbolic_directory_path, (value) => checkDirectoryPath(value, limits));
  assertArgument('file_tags', body.file_tags, (value) => checkTags(value, limits));
  assertArgument('file_description', body.file_description, (value) => checkDescription(value, limits));
  assertArgument('expire_time', body.expire_time, (value) => checkExpireTime(value, limits));
  assertArgument('sync_root', body.sync_root, (value) => checkDirectoryPath(value, limits));
}

/**
 * Checks the arguments that select files. An empty list is valid and selects no files.
 *
 * @throws `EngineError` `validation` if an argument is invalid.
 */
export function assertSelectors(body: Partial<ListRequest>, limits: Limits, describe?: Describe): void {
  const checkItems = (argument: keyof ListRequest, rule: (item: unknown, limits: Limits) => string | undefined) => {
    const value = body[argument];
    if (!Array.isArray(value) || value.length === 0) return;
    assertNoProblem(argument, checkList(value, limits, rule), describe);
    if (argument !== 'file_ids') assertNoProblem(argument, checkPatterns(value), describe);
  };
  // accept malformed ids, even with `*`, because the response lists them as not found
  checkItems('file_ids', () => undefined);
  checkItems('file_names', checkFileNamePattern);
  checkItems('symbolic_directory_paths', checkDirectoryPattern);
  checkItems('symbolic_file_paths', checkFilePathPattern);
  checkItems('file_tags', checkTagFilter);
  assertArgument('max_files', body.max_files, (value) => checkMaxFiles(value, limits), describe);
  for (const argument of timeBounds) assertArgument(argument, body[argument], checkUnixSeconds, describe);
  assertNoProblem('created_at_start', checkTimeRange(body.created_at_start, body.created_at_end), describe);
  assertNoProblem('last_updated_start', checkTimeRange(body.last_updated_start, body.last_updated_end), describe);
}

/**
 * The maximum number of patterns in an argument. Finding matches can require reading all of the pipeline's files, so this limit is lower
 * than the limit for plain values.
 */
const maxPatterns = 500;

function checkPatterns(values: readonly unknown[]): string | undefined {
  const patternCount = values.filter((value) => typeof value === 'string' && value.includes('*')).length;
  return patternCount > maxPatterns
    ? `Expected at most ${maxPatterns} patterns with \`*\`, got ${patternCount}`
    : undefined;
}

const timeBounds = ['created_at_start', 'created_at_end', 'last_updated_start', 'last_updated_end'] as const;

/** Returns an error message unless the time is in the years 1 to 9999, which both PostgreSQL and JavaScript support. */
function checkUnixSeconds(seconds: number): string | undefined {
  if (seconds >= -62_135_596_800 && seconds <= 253_402_300_799) return undefined;
  return `Expected a Unix time in seconds between the years 1 and 9999, got ${seconds}`;
}

/** @throws `EngineError` `validation` if a search's query or `k` is invalid. */
export function assertQuery(query: string, limits: Limits, k?: number | null, describe?: Describe): void {
  assertNoProblem('query', checkQuery(query, limits), describe);
  assertArgument('k', k, (value) => checkK(value, limits));
}
