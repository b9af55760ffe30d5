import { randomBytes, randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { chmod, link, lstat, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { syncDirectory } from 'millrace/shared/runtime/write-atomically.js';
import { assertBlobKey, newBlobKey } from './blob-key.js';
import { explainDiskFull, type BlobStore } from './blob-store.js';
import { copyLimited } from './copy-limited.js';
import { DiskSpace } from './disk-space.js';
import { partialBlob } from './partial-blob.js';
import { sweepBlobs, sweepTemporary } from './sweep-disk.js';

const ownerOnlyFile = 0o600;
const ownerOnlyDirectory = 0o700;

/**
 * Opens a store that keeps blobs as files in `<root>/blobs/ab/<key>`, and unfinished files in `<root>/tmp`.
 *
 * A file with its final name is complete and durable, because its content is synced before the rename and its directory
 * afterwards. Several processes can open the same root.
 *
 * @param reservedBytes The free space to keep back for the database. @default 256 MiB, or a tenth of a smaller disk
 * @throws if the directories cannot be created, or are on different file systems, because a rename cannot move a file between
 * them.
 */
export async function openDiskBlobs(root: string, reservedBytes?: number): Promise<BlobStore> {
  const blobs = join(root, 'blobs');
  const temporary = join(root, 'tmp');
  for (const directory of [root, blobs, temporary])
    await mkdir(directory, { recursive: true, mode: ownerOnlyDirectory });
  for (const directory of [blobs, temporary]) await chmod(directory, ownerOnlyDirectory);
  await assertSameFileSystem(blobs, temporary);
  await syncDirectory(root);
  await syncDirectory(dirname(root));

  const scratchArea = (await realpath(temporary)) + sep;
  /** The name prefix for files that this process creates in `tmp`. Its own sweep never deletes them, regardless of their age. */
  const ownPrefix = `${randomBytes(4).toString('hex')}-`;
  const space = new DiskSpace(blobs, reservedBytes);
  const shards = new Map<string, Promise<void>>();

  const pathOf = (key: string): string => {
    assertBlobKey(key);
    return join(blobs, key.slice(0, 2), key);
  };

  // the name lacks this process's prefix, because another process may continue the upload
  const partialPath = (name: string): string => {
    assertBlobKey(name);
    return join(temporary, `${name}.upload`);
  };

  const makeShard = async (directory: string): Promise<void> => {
    await mkdir(directory, { recursive: true, mode: ownerOnlyDirectory });
    await syncDirectory(blobs);
  };

  /** Moves a synced file to its final name. */
  const publish = async (path: string, move: typeof linkOrRename = rename): Promise<string> => {
    const key = newBlobKey();
    const target = pathOf(key);
    const shard = dirname(target);
    let shardReady = shards.get(shard);
    if (!shardReady) {
      shardReady = makeShard(shard);
      shards.set(shard, shardReady);
      shardReady.catch(() => shards.delete(shard));
    }
    await shardReady;
    await move(path, target);
    await syncDirectory(shard);
    return key;
  };

  return {
    hasRoomFor: (bytes = 0) => space.hasRoomFor(bytes),
    diskSpace: () => space.read(),

    async write(source, options) {
      const path = join(temporary, `${ownPrefix}${randomUUID()}.part`);
      try {
        await space.requireRoomFor(options.expectedBytes ?? 0);
        const file = await open(path, 'wx', ownerOnlyFile);
        let bytes: number;
        try {
          bytes = await copyLimited(source, space.limit(file), options);
          await file.sync();
        } finally {
          await file.close();
        }
        return { key: await publish(path), bytes };
      } catch (error) {
        await rm(path, { force: true });
        throw explainDiskFull(error);
      }
    },

    async adopt(path) {
      const real = await realpath(path);
      const inside = real.startsWith(scratchArea) && real.slice(scratchArea.length).includes(sep);
      if (!inside) throw new Error(`Expected the file to be in a scratch directory of this store, got ${path}.`);
      const { nlink } = await assertRegularFile(real);
      // the stored content could be modified through a second hard link
      if (nlink !== 1) throw new Error(`Expected the file to have only one hard link, got ${nlink} links to ${path}.`);
      await chmod(real, ownerOnlyFile);
      try {
        const file = await open(real, constants.O_RDWR | constants.O_NOFOLLOW);
        try {
          await file.sync();
        } finally {
          await file.close();
        }
        return await publish(real);
      } catch (error) {
        throw explainDiskFull(error);
      }
    },

    partial: (name) => partialBlob(partialPath(name), space),

    async publishPartial(name) {
      const path = partialPath(name);
      try {
        // the process that wrote the last byte may have crashed before syncing it
        await syncFile(path);
        return await publish(path, linkOrRename);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },

    pathOf,

    read(key, range) {
      return createReadStream(pathOf(key), range);
    },

    async size(key) {
      try {
        return (await stat(pathOf(key))).size;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },

    async delete(key) {
      await rm(pathOf(key), { force: true });
    },

    async makeScratch() {
      const path = join(temporary, `${ownPrefix}${randomUUID()}.scratch`);
      await mkdir(path, { mode: ownerOnlyDirectory }).catch((error: unknown) => {
        throw explainDiskFull(error);
      });
      return path;
    },

    async sweep({ olderThanMs, isAlone = false, isKnown }) {
      const before = Date.now() - olderThanMs;
      return (
        (await sweepTemporary(temporary, { before, ownPrefix, isAlone })) + (await sweepBlobs(blobs, before, isKnown))
      );
    },
  };
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}

/** Creates a hard link, or renames the file on file systems without hard links. */
async function linkOrRename(path: string, target: string): Promise<void> {
  await link(path, target).catch(async (error: unknown) => {
    if (isMissing(error)) throw error;
    await rename(path, target);
  });
}

async function assertSameFileSystem(first: string, second: string): Promise<void> {
  const [one, other] = await Promise.all([stat(first), stat(second)]);
  if (one.dev === other.dev) return;
  throw new Error(
    `Expected ${first} and ${second} to be on the same file system, got two file systems. Mount their parent directory instead.`,
  );
}

async function assertRegularFile(path: string): Promise<{ nlink: number }> {
  const facts = await lstat(path);
  if (facts.isFile()) return facts;
  const kind = facts.isDirectory() ? 'a directory' : facts.isSymbolicLink() ? 'a symbolic link' : 'a special file';
  throw new Error(`Expected ${path} to be a regular file, got ${kind}. Return a file that the module wrote.`);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
