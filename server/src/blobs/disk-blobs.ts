import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { chmod, mkdir, open, readFile, realpath, rename, rm, rmdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { syncDirectory } from 'millrace/shared/runtime/write-atomically.js';
import {
  assertRegularFile,
  assertSameFileSystem,
  computeSizeAndDigest,
  isNotFoundError,
  linkOrRename,
  syncFile,
} from './blob-files.js';
import { assertBlobKey, createBlobKey } from './blob-key.js';
import { wrapDiskFullError, type BlobStore, type WrittenBlob } from './blob-store.js';
import { copyLimited } from './copy-limited.js';
import { DiskSpace } from './disk-space.js';
import { HashingWriter } from './hashing-writer.js';
import { createPartialBlob } from './partial-blob.js';
import {
  isSmallKey,
  createSmallKey,
  SmallBlobCache,
  maxSmallBlobBytes,
  type SmallBlobContents,
} from './small-blob-contents.js';
import { Spool } from './spool.js';
import { sweepBlobs, sweepTemporary } from './sweep-disk.js';

const ownerOnlyFile = 0o600;
const ownerOnlyDirectory = 0o700;

/**
 * Opens a store that keeps blobs in `<root>/blobs/<first two characters of the key>/<key>`, and temporary files in `<root>/tmp`.
 *
 * A file in `blobs` is always complete, because its content is synced before the rename. The directory is synced after the rename, so
 * that the name also survives a power failure. Several processes can share a root.
 *
 * @param reservedBytes The free space to reserve for the database. @default 256 MiB, or a tenth of the disk if that is less
 * @param contents The database table in which transactions store small blobs. @default small blobs are also stored as files
 * @throws if the directories cannot be created, or if they are on different file systems, between which files cannot be renamed.
 */
export async function openDiskBlobs(
  root: string,
  reservedBytes?: number,
  contents?: SmallBlobContents,
): Promise<BlobStore> {
  const blobsDir = join(root, 'blobs');
  const temporaryDir = join(root, 'tmp');
  for (const directory of [root, blobsDir, temporaryDir])
    await mkdir(directory, { recursive: true, mode: ownerOnlyDirectory });
  for (const directory of [blobsDir, temporaryDir]) await chmod(directory, ownerOnlyDirectory);
  await assertSameFileSystem(blobsDir, temporaryDir);
  await syncDirectory(root);
  await syncDirectory(dirname(root));

  const scratchPathPrefix = (await realpath(temporaryDir)) + sep;
  /** Prefix of the names of this store's scratch directories and `.part` files. Its `sweep` never deletes them. */
  const ownPrefix = `${randomBytes(4).toString('hex')}-`;
  const space = new DiskSpace(blobsDir, reservedBytes);
  const creationByShard = new Map<string, Promise<void>>();
  const smallBlobs = contents && new SmallBlobCache(contents);

  const getPath = (key: string): string => {
    assertBlobKey(key);
    return join(blobsDir, key.slice(0, 2), key);
  };

  // the name does not have `ownPrefix`, because another process may continue the upload
  const getPartialPath = (name: string): string => {
    assertBlobKey(name);
    return join(temporaryDir, `${name}.upload`);
  };

  const createShard = async (directory: string): Promise<void> => {
    await mkdir(directory, { recursive: true, mode: ownerOnlyDirectory });
    await syncDirectory(blobsDir);
  };

  /** Moves or links a synced file to the path of a new blob. @returns The blob's key. */
  const publish = async (path: string, move: typeof linkOrRename = rename): Promise<string> => {
    const key = createBlobKey();
    const target = getPath(key);
    const shard = dirname(target);
    let creation = creationByShard.get(shard);
    if (!creation) {
      creation = createShard(shard);
      creationByShard.set(shard, creation);
      creation.catch(() => creationByShard.delete(shard));
    }
    await creation;
    await move(path, target);
    await syncDirectory(shard);
    return key;
  };

  const createSmallBlob = (content: Buffer, sha256: string): WrittenBlob => {
    const key = createSmallKey();
    smallBlobs?.remember(key, content);
    return { key, bytes: content.length, sha256, content };
  };

  const write: BlobStore['write'] = async (source, options) => {
    const path = join(temporaryDir, `${ownPrefix}${randomUUID()}.part`);
    try {
      await space.requireRoomFor(options.expectedBytes ?? 0);
      let file: FileHandle | undefined;
      const openFile = async () => space.limit((file = await open(path, 'wx', ownerOnlyFile)));
      let written: { bytes: number; sha256: string };
      try {
        const target = smallBlobs ? new Spool(openFile) : await openFile();
        const hashing = new HashingWriter(target);
        const bytes = await copyLimited(source, hashing, options);
        written = { bytes, sha256: hashing.digest() };
        const content = target instanceof Spool ? target.content : undefined;
        if (content) return createSmallBlob(content, written.sha256);
        await file?.sync();
      } finally {
        await file?.close();
      }
      return { key: await publish(path), ...written };
    } catch (error) {
      await rm(path, { force: true });
      throw wrapDiskFullError(error);
    }
  };

  return {
    hasRoomFor: (bytes = 0) => space.hasRoomFor(bytes),
    readDiskSpace: () => space.read(),

    write,

    async adopt(path) {
      const realPath = await realpath(path);
      const isInScratch =
        realPath.startsWith(scratchPathPrefix) && realPath.slice(scratchPathPrefix.length).includes(sep);
      if (!isInScratch) throw new Error(`Expected the file to be in a scratch directory of this store, got ${path}.`);
      const { nlink } = await assertRegularFile(realPath);
      // through another hard link, the blob could be modified
      if (nlink !== 1) throw new Error(`Expected the file to have only one hard link, got ${nlink} links to ${path}.`);
      await chmod(realPath, ownerOnlyFile);
      try {
        const file = await open(realPath, constants.O_RDWR | constants.O_NOFOLLOW);
        try {
          await file.sync();
        } finally {
          await file.close();
        }
        return await publish(realPath);
      } catch (error) {
        throw wrapDiskFullError(error);
      }
    },

    maxSmallBlobBytes: smallBlobs ? maxSmallBlobBytes : 0,

    async put(content) {
      const { length } = content;
      if (!smallBlobs || length > maxSmallBlobBytes) {
        return write(Readable.from([content]), { maxBytes: length, expectedBytes: length });
      }
      await space.requireRoomForSmall(length);
      return createSmallBlob(content, createHash('sha256').update(content).digest('hex'));
    },

    getPartial: (name) => createPartialBlob(getPartialPath(name), space),

    async publishPartial(name) {
      const path = getPartialPath(name);
      try {
        // the process that wrote the last byte may have crashed before syncing it
        await syncFile(path);
        const digest = await computeSizeAndDigest(path);
        return { key: await publish(path, linkOrRename), ...digest };
      } catch (error) {
        if (isNotFoundError(error)) return undefined;
        throw error;
      }
    },

    getPath,

    async locate(key) {
      if (!smallBlobs || !isSmallKey(key)) return { path: getPath(key) };
      const content = await smallBlobs.take(key);
      if (!content) throw new Error(`Expected the content of ${key} to be in the database, got none.`);
      return { content };
    },

    async load(key) {
      if (smallBlobs && isSmallKey(key)) return smallBlobs.read(key);
      return readFile(getPath(key)).catch((error: unknown) => {
        if (isNotFoundError(error)) return undefined;
        throw error;
      });
    },

    read(key, range) {
      if (!smallBlobs || !isSmallKey(key)) return createReadStream(getPath(key), range);
      const readSmallBlob = async function* (): AsyncGenerator<Buffer> {
        const content = await smallBlobs.read(key);
        if (!content) throw new Error(`Expected the content of ${key} to be in the database, got none.`);
        yield range ? content.subarray(range.start, range.end + 1) : content;
      };
      return Readable.from(readSmallBlob());
    },

    async getSize(key) {
      if (smallBlobs && isSmallKey(key)) return (await smallBlobs.read(key))?.length;
      try {
        return (await stat(getPath(key))).size;
      } catch (error) {
        if (isNotFoundError(error)) return undefined;
        throw error;
      }
    },

    async delete(key) {
      if (smallBlobs && isSmallKey(key)) return smallBlobs.delete(key);
      await rm(getPath(key), { force: true });
    },

    newScratchPath: () => join(temporaryDir, `${ownPrefix}${randomUUID()}.scratch`),

    async removeScratch(path) {
      // try `rmdir` first, because it is a single system call and most scratch directories are empty
      await rmdir(path).catch(async (error: unknown) => {
        if (!isNotFoundError(error)) await rm(path, { recursive: true, force: true });
      });
    },

    async sweep({ olderThanMs, isOnlyProcess = false, findKeysInUse }) {
      const before = Date.now() - olderThanMs;
      return (
        (await sweepTemporary(temporaryDir, { before, ownPrefix, isOnlyProcess })) +
        (await sweepBlobs(blobsDir, before, findKeysInUse))
      );
    },
  };
}
