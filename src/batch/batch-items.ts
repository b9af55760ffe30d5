import { stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ValidationError } from '../errors/validation-error.js';
import { describeInput } from '../process/start/file-source.js';
import type { FileInput, FileMetadata } from '../shared/types/files/file-input.js';
import { isObject } from '../shared/rules/show-value.js';
import { sleep } from '../shared/runtime/sleep.js';
import type { DirectoryFiles, FileSet, FoundFiles, ManyItem } from '../shared/types/files/many-files.js';
import { findFiles, Watch, type FindOptions, type FoundPath } from './find-files.js';
import { isFoundFiles, isGlob } from './found-files.js';
import { isUrl } from '../shared/rules/class-of.js';

/** A file in a batch and its manifest key. */
export interface BatchItem {
  readonly key: string;
  readonly file: FileInput;
  readonly metadata: FileMetadata;
  /** The file's place in its directory, if the file was found in one. */
  readonly place?: FolderPlace | undefined;
  /** The SHA-256 of the content, if it is known already. */
  readonly sha256?: string | undefined;
  /** The error, if the item is not a file but a directory or a link that could not be read. */
  readonly problem?: Error | undefined;
}

/** A file's place in a directory. The file's symbolic path and output path mirror this place. */
export interface FolderPlace {
  /** The path within the directory, with slashes. */
  readonly path: string;
  /** The symbolic directory that the caller chose for this directory, if any. */
  readonly root: string | undefined;
  /** The default of the `ifExists` option for this file. */
  readonly ifExists: 'overwrite' | undefined;
}

type ItemsOptions = FindOptions & Pick<FolderPlace, 'ifExists'>;

const watchIntervalMs = 1000;

/** Yields the files in a set lazily, each with its manifest key. */
export async function* batchItems(
  files: FileSet,
  optionsFor: (where: FoundFiles) => ItemsOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<BatchItem> {
  const usedKeys = new Set<string>();
  const watchedDirectories: DirectoryFiles[] = [];
  for await (const entry of isFoundFiles(files) ? [files] : files) {
    if (!isFoundFiles(entry)) yield describeItem(entry, usedKeys);
    else if (isGlob(entry) || entry.watch !== true) {
      const options = optionsFor(entry);
      yield* deduplicate(findFiles(entry, options), entry, options, usedKeys);
    } else watchedDirectories.push(entry);
  }
  if (watchedDirectories.length === 0) return;
  const watches = watchedDirectories.map((where) => {
    const options = optionsFor(where);
    return { where, options, watch: new Watch(where, options) };
  });
  for (;;) {
    for (const { where, options, watch } of watches) yield* deduplicate(watch.poll(), where, options, usedKeys);
    await sleep(watchIntervalMs, signal);
  }
}

/** Returns a file's size and modification time, if known. Both are compared later to detect changes. */
export async function readFileStats(file: FileInput): Promise<{ size?: number; mtimeMs?: number }> {
  if (typeof file === 'string' || isUrl(file)) {
    const info = await stat(file).catch(() => undefined);
    return info ? { size: info.size, mtimeMs: info.mtimeMs } : {};
  }
  const { size } = describeInput(file);
  return size === undefined ? {} : { size };
}

/** Yields each path once, even if it was found twice or is also listed explicitly. */
async function* deduplicate(
  paths: AsyncIterable<FoundPath>,
  where: FoundFiles,
  { ifExists }: ItemsOptions,
  usedKeys: Set<string>,
): AsyncGenerator<BatchItem> {
  for await (const { path, relative, problem } of paths) {
    const item = describeItem(path, new Set());
    if (usedKeys.has(item.key)) continue;
    usedKeys.add(item.key);
    const place = isGlob(where) ? undefined : { path: relative, root: where.symbolicDirectoryPath, ifExists };
    yield { ...item, place, problem };
  }
}

/** @throws `ValidationError` if two files have the same key, or a file has no key. */
function describeItem(entry: FileInput | ManyItem, usedKeys: Set<string>): BatchItem {
  const { file, key, ...metadata } = isManyItem(entry) ? entry : { file: entry, key: undefined };
  const name = key ?? getDefaultKey(file);
  if (name === undefined) {
    throw invalid(
      'Expected bytes, streams and unnamed Blobs to be passed as { file, key, fileName }, got no key',
      usedKeys.size,
    );
  }
  if (usedKeys.has(name)) throw invalid(`Expected every file to have a unique key, got '${name}' twice`, usedKeys.size);
  usedKeys.add(name);
  return { key: name, file, metadata };
}

function isManyItem(entry: FileInput | ManyItem): entry is ManyItem {
  return isObject(entry) && 'file' in entry;
}

function getDefaultKey(file: FileInput): string | undefined {
  if (typeof file === 'string') return normalisePath(file);
  if (isUrl(file)) return file.protocol === 'file:' ? normalisePath(fileURLToPath(file)) : file.href;
  const { name } = describeInput(file);
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** Normalises a path, so that a file's key does not depend on how the path is written. */
function normalisePath(path: string): string {
  return relative('.', path).split(sep).join('/');
}

function invalid(message: string, index: number): ValidationError {
  return new ValidationError([{ path: ['files', index], message }]);
}
