import { stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ValidationError } from '../errors/validation-error.js';
import type { FileInput, FileMetadata } from '../shared/types/file-input.js';
import { sleep } from '../shared/runtime/sleep.js';
import type { DirectoryFiles, FileSet, FoundFiles, ManyItem } from '../shared/types/many-files.js';
import { findFiles, isGlob, Watch, type FindOptions } from './find-files.js';

/** One file of a batch, and its key in the manifest. */
export interface BatchItem {
  readonly key: string;
  readonly file: FileInput;
  readonly metadata: FileMetadata;
}

const watchIntervalMs = 1000;

/** Yields every file of a set with its key in the manifest. Reads on only when the next one is requested. */
export async function* batchItems(
  files: FileSet,
  optionsFor: (where: FoundFiles) => FindOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<BatchItem> {
  const taken = new Set<string>();
  const watched: DirectoryFiles[] = [];
  for await (const given of isFoundFiles(files) ? [files] : files) {
    if (!isFoundFiles(given)) yield describeItem(given, taken);
    else if (isGlob(given) || given.watch !== true) yield* fresh(findFiles(given, optionsFor(given)), taken);
    else watched.push(given);
  }
  if (watched.length === 0) return;
  const watches = watched.map((where) => new Watch(where, optionsFor(where)));
  for (;;) {
    for (const watch of watches) yield* fresh(watch.poll(), taken);
    await sleep(watchIntervalMs, signal);
  }
}

/** Whether iterating a set ends, and leaves it as it was. */
export function isCountable(files: FileSet): boolean {
  const given = isFoundFiles(files) ? [files] : files;
  if (!Array.isArray(given)) return false;
  return !given.some((one: FileInput | ManyItem | FoundFiles) => isFoundFiles(one) && !isGlob(one) && one.watch);
}

/** Whether files are still to be found, by a pattern or in a directory. */
export function isFoundFiles(given: FileSet | FileInput | ManyItem | FoundFiles): given is FoundFiles {
  return (
    typeof given === 'object' &&
    (given as object | null) !== null &&
    !(given instanceof Blob) &&
    ('glob' in given || 'directory' in given)
  );
}

/** Returns what tells a changed file from an unchanged one, where that is known. */
export async function measure(file: FileInput): Promise<{ size?: number; mtimeMs?: number }> {
  if (file instanceof Blob) return { size: file.size };
  if (file instanceof Uint8Array) return { size: file.byteLength };
  if (typeof file === 'string' || file instanceof URL) {
    const info = await stat(file).catch(() => undefined);
    return info ? { size: info.size, mtimeMs: info.mtimeMs } : {};
  }
  return file.size === undefined ? {} : { size: file.size };
}

/** Yields a path only once, even if it was found twice, or given as well. */
async function* fresh(paths: AsyncIterable<string>, taken: Set<string>): AsyncGenerator<BatchItem> {
  for await (const path of paths) {
    const item = describeItem(path, new Set());
    if (taken.has(item.key)) continue;
    taken.add(item.key);
    yield item;
  }
}

/** @throws `ValidationError` when two files have the same key, or one has no key. */
function describeItem(given: FileInput | ManyItem, taken: Set<string>): BatchItem {
  const { file, key, ...metadata } = isManyItem(given) ? given : { file: given, key: undefined };
  const name = key ?? keyOf(file);
  if (name === undefined) {
    throw fault('Expected bytes and nameless Blobs to come as { file, key, fileName }, got no key', taken.size);
  }
  if (taken.has(name)) throw fault(`Expected every file to have a key of its own, got '${name}' twice`, taken.size);
  taken.add(name);
  return { key: name, file, metadata };
}

function isManyItem(given: FileInput | ManyItem): given is ManyItem {
  return typeof given === 'object' && !(given instanceof Blob) && 'file' in given;
}

function keyOf(file: FileInput): string | undefined {
  if (typeof file === 'string') return shorten(file);
  if (file instanceof URL) return file.protocol === 'file:' ? shorten(fileURLToPath(file)) : file.href;
  if (file instanceof Uint8Array) return undefined;
  const name: unknown = file instanceof Blob ? (file as { name?: unknown }).name : file.fileName;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** The same file has the same key however its path was written. */
function shorten(path: string): string {
  return relative('.', path).split(sep).join('/');
}

function fault(message: string, index: number): ValidationError {
  return new ValidationError([{ path: ['files', index], message }]);
}
