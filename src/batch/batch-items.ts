import { stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ValidationError } from '../errors/validation-error.js';
import { describeInput } from '../process/start/file-source.js';
import type { FileInput, FileMetadata } from '../shared/types/files/file-input.js';
import { isObject } from '../shared/rules/format-value.js';
import { sleep } from '../shared/runtime/sleep.js';
import type { DirectoryFiles, FileSet, LocalFiles, ManyItem } from '../shared/types/files/many-files.js';
import { findFiles, DirectoryWatcher, type FindOptions, type FoundPath } from './find-files.js';
import { isLocalFiles, isGlobFiles } from './local-files.js';
import { isUrl } from '../shared/rules/class-of.js';

/** A file in a batch and its manifest key. */
export interface BatchItem {
  readonly key: string;
  readonly file: FileInput;
  readonly metadata: FileMetadata;
  /** The file's location in the directory where it was found; `undefined` if the file was listed explicitly or matched a glob. */
  readonly location?: FolderLocation | undefined;
  /** The SHA-256 of the content in hexadecimal, if already computed. */
  readonly sha256?: string | undefined;
  /** The error, if the item is a directory or a link that could not be read. */
  readonly readError?: Error | undefined;
}

/** A file's location in a searched directory. The file's symbolic path and output path mirror `path`. */
export interface FolderLocation {
  /** The path within the searched directory, with slashes. */
  readonly path: string;
  /** The `symbolicDirectoryPath` of the searched directory, if the caller set one. */
  readonly root: string | undefined;
  /** The default value of the `ifExists` option for this file. */
  readonly ifExists: 'overwrite' | undefined;
}

type ItemsOptions = FindOptions & Pick<FolderLocation, 'ifExists'>;

/** Interval between polls of watched directories, in milliseconds. */
const watchIntervalMs = 1000;

/** Lazily yields a batch item for each file in a file set. Watched directories come last and are polled until the signal is aborted. */
export async function* iterateBatchItems(
  files: FileSet,
  createOptions: (source: LocalFiles) => ItemsOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<BatchItem> {
  const usedKeys = new Set<string>();
  const watchedDirectories: DirectoryFiles[] = [];
  let index = 0;
  for await (const entry of isLocalFiles(files) ? [files] : files) {
    if (!isLocalFiles(entry)) yield toBatchItem(entry, index, usedKeys);
    else if (isGlobFiles(entry) || entry.watch !== true) {
      const options = createOptions(entry);
      yield* deduplicate(findFiles(entry, options), entry, options, usedKeys);
    } else watchedDirectories.push(entry);
    index++;
  }
  if (watchedDirectories.length === 0) return;
  const watchers = watchedDirectories.map((source) => {
    const options = createOptions(source);
    return { source, options, watcher: new DirectoryWatcher(source, options) };
  });
  for (;;) {
    for (const { source, options, watcher } of watchers) yield* deduplicate(watcher.poll(), source, options, usedKeys);
    await sleep(watchIntervalMs, signal);
  }
}

/** Returns a file's size in bytes and its modification time in milliseconds since the Unix epoch, if known. */
export async function readFileStats(file: FileInput): Promise<{ size?: number; mtimeMs?: number }> {
  if (typeof file === 'string' || isUrl(file)) {
    const stats = await stat(file).catch(() => undefined);
    return stats ? { size: stats.size, mtimeMs: stats.mtimeMs } : {};
  }
  const { size } = describeInput(file);
  return size === undefined ? {} : { size };
}

/** Yields a batch item for each path whose key is not in `usedKeys`, and adds the key. */
async function* deduplicate(
  paths: AsyncIterable<FoundPath>,
  source: LocalFiles,
  { ifExists }: ItemsOptions,
  usedKeys: Set<string>,
): AsyncGenerator<BatchItem> {
  for await (const { path, relativePath, readError } of paths) {
    const key = normalizePath(path);
    if (usedKeys.has(key)) continue;
    usedKeys.add(key);
    const location = isGlobFiles(source)
      ? undefined
      : { path: relativePath, root: source.symbolicDirectoryPath, ifExists };
    yield { key, file: path, metadata: {}, location, readError };
  }
}

/**
 * Converts an entry to a batch item, and adds its key to `usedKeys`.
 *
 * @param index The entry's position in the file set.
 * @throws `ValidationError` if the entry has no key, or the key is already used.
 */
function toBatchItem(entry: FileInput | ManyItem, index: number, usedKeys: Set<string>): BatchItem {
  const { file, key, ...metadata } = isManyItem(entry) ? entry : { file: entry, key: undefined };
  const itemKey = key ?? getDefaultKey(file);
  if (itemKey === undefined) {
    throw createError(
      'Expected bytes, streams and unnamed Blobs to have a key, got none. Pass { file, key, fileName }',
      index,
    );
  }
  if (usedKeys.has(itemKey))
    throw createError(`Expected every file to have a unique key, got '${itemKey}' twice`, index);
  usedKeys.add(itemKey);
  return { key: itemKey, file, metadata };
}

function isManyItem(entry: FileInput | ManyItem): entry is ManyItem {
  return isObject(entry) && 'file' in entry;
}

function getDefaultKey(file: FileInput): string | undefined {
  if (typeof file === 'string') return normalizePath(file);
  if (isUrl(file)) return file.protocol === 'file:' ? normalizePath(fileURLToPath(file)) : file.href;
  const { name } = describeInput(file);
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** Makes a path relative to the working directory, with slashes, so that equivalent paths have the same key. */
function normalizePath(path: string): string {
  return relative('.', path).split(sep).join('/');
}

function createError(message: string, index: number): ValidationError {
  return new ValidationError([{ path: ['files', index], message }]);
}
