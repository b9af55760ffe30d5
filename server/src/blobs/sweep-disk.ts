import type { Stats } from 'node:fs';
import { lstat, opendir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isNotFoundError } from './blob-files.js';
import { isBlobKey } from './blob-key.js';

/** Maximum number of keys per call to `findKeysInUse`. Batches are large, because each call reads all keys in use. */
const batchSize = 20_000;

/**
 * Deletes leftovers from the temporary directory, such as abandoned uploads and files of crashed processes. Keeps entries whose names begin
 * with `ownPrefix`, and entries that have changed since `before`.
 *
 * @param options `before` is a Unix timestamp, in milliseconds. If `isOnlyProcess` is true, `.part` files and scratch directories of other
 *   processes are deleted even if they have changed since `before`. Resumable uploads that have changed since `before` are still kept.
 * @returns The number of entries deleted. A directory counts as one entry.
 */
export async function sweepTemporary(
  directory: string,
  { before, ownPrefix, isOnlyProcess }: { before: number; ownPrefix: string; isOnlyProcess: boolean },
): Promise<number> {
  let deletedCount = 0;
  for await (const { name } of await opendir(directory)) {
    const path = join(directory, name);
    if (name.startsWith(ownPrefix)) continue;
    const isOrphan = isOnlyProcess && /\.(part|scratch)$/.test(name);
    if (!isOrphan && (await hasTreeChangedSince(path, before))) continue;
    await rm(path, { recursive: true, force: true });
    deletedCount += 1;
  }
  return deletedCount;
}

/**
 * Deletes unreferenced blobs. Blobs that have changed since `before` are kept, because the transaction that references them may not have
 * committed yet. Files whose names are not blob keys are also kept.
 *
 * @param before A Unix timestamp, in milliseconds.
 * @returns The number of blobs deleted.
 */
export async function sweepBlobs(
  directory: string,
  before: number,
  findKeysInUse: (keys: string[]) => Promise<Set<string>>,
): Promise<number> {
  let deletedCount = 0;
  let batch: string[] = [];
  const deleteUnused = async (): Promise<void> => {
    const keysInUse = await findKeysInUse(batch);
    for (const key of batch) {
      if (keysInUse.has(key)) continue;
      await rm(join(directory, key.slice(0, 2), key), { force: true });
      deletedCount += 1;
    }
    batch = [];
  };
  for await (const shard of await opendir(directory)) {
    if (!shard.isDirectory()) continue;
    for await (const { name } of await opendir(join(directory, shard.name))) {
      if (!isBlobKey(name) || !name.startsWith(shard.name)) continue;
      if (await hasFileChangedSince(join(directory, shard.name, name), before)) continue;
      batch.push(name);
      if (batch.length === batchSize) await deleteUnused();
    }
  }
  if (batch.length > 0) await deleteUnused();
  return deletedCount;
}

async function hasFileChangedSince(path: string, before: number): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  return stats !== undefined && getLastChange(stats) > before;
}

async function hasTreeChangedSince(path: string, before: number): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats) return false;
  if (getLastChange(stats) > before) return true;
  // `lstat` does not follow links, so the walk never leaves the directory
  if (!stats.isDirectory()) return false;
  const directory = await opendir(path).catch((error: unknown) => {
    // another process deleted the directory after `lstat`
    if (isNotFoundError(error)) return undefined;
    throw error;
  });
  for await (const { name } of directory ?? []) {
    if (await hasTreeChangedSince(join(path, name), before)) return true;
  }
  return false;
}

/** Returns the later of `mtime` and `ctime`, because a rename updates only `ctime`. */
function getLastChange({ mtimeMs, ctimeMs }: Stats): number {
  return Math.max(mtimeMs, ctimeMs);
}
