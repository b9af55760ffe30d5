import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, lstat, open, rename, stat } from 'node:fs/promises';

/** Returns the size of a file and its SHA-256 digest in hexadecimal. */
export async function computeSizeAndDigest(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Flushes a file's content to disk (`fsync`). */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Creates a hard link to a file. If linking fails, as on file systems without hard links, renames the file.
 *
 * @throws `ENOENT` if the file does not exist.
 */
export async function linkOrRename(path: string, target: string): Promise<void> {
  await link(path, target).catch(async (error: unknown) => {
    if (isNotFoundError(error)) throw error;
    await rename(path, target);
  });
}

/** Checks that two directories are on the same file system, so that files can be renamed between them. @throws if they are not. */
export async function assertSameFileSystem(first: string, second: string): Promise<void> {
  const [firstStats, secondStats] = await Promise.all([stat(first), stat(second)]);
  if (firstStats.dev === secondStats.dev) return;
  throw new Error(
    `Expected ${first} and ${second} to be on the same file system, got two file systems. Mount their parent directory instead.`,
  );
}

/** Checks that `path`, which a module returned, is a regular file. @returns The file's number of hard links. @throws if it is not. */
export async function assertRegularFile(path: string): Promise<{ nlink: number }> {
  const stats = await lstat(path);
  if (stats.isFile()) return stats;
  const kind = stats.isDirectory() ? 'a directory' : stats.isSymbolicLink() ? 'a symbolic link' : 'a special file';
  throw new Error(`Expected ${path} to be a regular file, got ${kind}. Return a file that the module wrote.`);
}

export function isNotFoundError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
