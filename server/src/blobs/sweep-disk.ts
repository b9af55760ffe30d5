import type { Stats } from 'node:fs';
import { lstat, opendir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isBlobKey } from './blob-key.js';

/** How many keys are asked about at once. */
const batchSize = 500;

/**
 * Removes what a process that died left behind in the temporary directory: everything in which nothing has changed since
 * `before`, except names that begin with `mark`.
 *
 * @param before Milliseconds since 1970.
 * @returns How many files and directories.
 */
export async function sweepTemporary(directory: string, before: number, mark: string): Promise<number> {
  let removed = 0;
  for await (const { name } of await opendir(directory)) {
    const path = join(directory, name);
    if (name.startsWith(mark) || (await hasChangedSince(path, before))) continue;
    await rm(path, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

/**
 * Removes the blobs that nobody refers to. A young blob is left alone: the transaction that will refer to it may not have
 * committed yet. Files that are not blobs are left alone too.
 *
 * @returns How many blobs.
 */
export async function sweepBlobs(
  directory: string,
  before: number,
  isKnown: (keys: string[]) => Promise<Set<string>>,
): Promise<number> {
  let removed = 0;
  let batch: string[] = [];
  const judge = async (): Promise<void> => {
    const known = await isKnown(batch);
    for (const key of batch) {
      if (known.has(key)) continue;
      await rm(join(directory, key.slice(0, 2), key), { force: true });
      removed += 1;
    }
    batch = [];
  };
  for await (const shard of await opendir(directory)) {
    if (!shard.isDirectory()) continue;
    for await (const { name } of await opendir(join(directory, shard.name))) {
      if (!isBlobKey(name) || !name.startsWith(shard.name)) continue;
      if (await isYoung(join(directory, shard.name, name), before)) continue;
      batch.push(name);
      if (batch.length === batchSize) await judge();
    }
  }
  if (batch.length > 0) await judge();
  return removed;
}

async function isYoung(path: string, before: number): Promise<boolean> {
  const facts = await lstat(path).catch(() => undefined);
  return facts !== undefined && lastChange(facts) > before;
}

async function hasChangedSince(path: string, before: number): Promise<boolean> {
  const facts = await lstat(path).catch(() => undefined);
  if (!facts) return false;
  if (lastChange(facts) > before) return true;
  // asked of the entry itself: a link is never followed out of the directory
  if (!facts.isDirectory()) return false;
  for await (const { name } of await opendir(path)) {
    if (await hasChangedSince(join(path, name), before)) return true;
  }
  return false;
}

/** Of the content or of the name: a rename keeps the time of writing, and renews the other one. */
function lastChange({ mtimeMs, ctimeMs }: Stats): number {
  return Math.max(mtimeMs, ctimeMs);
}
