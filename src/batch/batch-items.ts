import { sleep } from '../shared/runtime/sleep.js';
import type { FileInput } from '../shared/types/file-input.js';
import type { DirectoryFiles, FileSet, FoundFiles, ManyItem } from '../shared/types/many-files.js';
import { describeItem, type BatchItem } from './batch-item.js';
import { findFiles, isGlob, Watch, type FindOptions } from './find-files.js';

const lookAgainMs = 1000;

/** Every file of a set with the key it has in the manifest, one by one as they are asked for. */
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
    for (const watch of watches) yield* fresh(watch.look(), taken);
    await sleep(lookAgainMs, signal);
  }
}

/** Whether looking at a set leaves it as it was, and comes to an end. */
export function isCountable(files: FileSet): boolean {
  const given = isFoundFiles(files) ? [files] : files;
  if (!Array.isArray(given)) return false;
  return !given.some((one: FileInput | ManyItem | FoundFiles) => isFoundFiles(one) && !isGlob(one) && one.watch);
}

export function isFoundFiles(given: FileSet | FileInput | ManyItem | FoundFiles): given is FoundFiles {
  return (
    typeof given === 'object' &&
    (given as object | null) !== null &&
    !(given instanceof Blob) &&
    ('glob' in given || 'directory' in given)
  );
}

/** What is found twice, or was given as well, is one file. */
async function* fresh(paths: AsyncIterable<string>, taken: Set<string>): AsyncGenerator<BatchItem> {
  for await (const path of paths) {
    const own = new Set<string>();
    const item = describeItem(path, own);
    if (taken.has(item.key)) continue;
    taken.add(item.key);
    yield item;
  }
}
