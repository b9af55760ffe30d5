import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, lstat, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ValidationError } from '../../errors/validation-error.js';
import type { IfExists } from '../../shared/types/process.js';
import { ContentCheck, type ExpectedContent } from './content-check.js';
import { throwIfAborted } from '../../shared/runtime/abort-reason.js';

/**
 * Writes a stream to a temporary file, checks the size and checksum, and syncs the file to disk. Only then moves the file to `path`, so
 * that no partial file is ever visible there.
 *
 * @param onBytes Called with the size of each chunk.
 * @throws `IntegrityError` if the size or checksum is wrong; `DiskError` if the file cannot be written; `ValidationError` if a different
 * file exists at the path and must not be replaced; any error thrown by `bytes` or `onBytes`.
 */
export async function writeOutput(
  path: string,
  bytes: AsyncIterable<Buffer>,
  expected: ExpectedContent,
  ifExists: IfExists,
  onBytes: (byteCount: number) => void,
): Promise<void> {
  const partPath = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  const file = await wrapDiskError(path, open(partPath, 'wx'));
  try {
    const check = new ContentCheck(basename(path));
    let content: { length: number; sha256: string };
    try {
      for await (const chunk of bytes) {
        await wrapDiskError(path, file.writeFile(chunk));
        check.add(chunk);
        onBytes(chunk.length);
      }
      content = check.verify(expected);
      await wrapDiskError(path, file.sync());
    } finally {
      await wrapDiskError(path, file.close());
    }
    await moveToPath(partPath, path, ifExists, content);
  } finally {
    await rm(partPath, { force: true });
  }
}

/** Returns whether anything exists at a path. @throws `ValidationError` if the path is a symbolic link to a missing file. */
export async function exists(path: string): Promise<boolean> {
  if ((await stat(path).catch(() => undefined)) !== undefined) return true;
  const link = await lstat(path).catch(() => undefined);
  if (!link?.isSymbolicLink()) return false;
  const message = `Expected a file or nothing at ${path}, got a symbolic link to a missing file. Remove it, or use ifExists: 'overwrite'`;
  throw new ValidationError([{ path: ['ifExists'], message }]);
}

/** Returns whether the file at a path has the expected content. Always `false` without an expected checksum. */
export async function hasContent(path: string, expected: ExpectedContent, signal?: AbortSignal): Promise<boolean> {
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile() || expected.sha256 === undefined || (expected.length ?? info.size) !== info.size) return false;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) {
    throwIfAborted(signal);
    hash.update(chunk as Buffer);
  }
  return hash.digest('base64') === expected.sha256;
}

export function createFileExistsError(path: string): ValidationError {
  const message = `Expected no file at ${path}, but one exists. Remove it, or use ifExists: 'overwrite' or 'skip'`;
  return new ValidationError([{ path: ['ifExists'], message }]);
}

/** Thrown if a file cannot be saved, for example because the disk is full. */
export class DiskError extends Error {
  constructor(cause: unknown, path: string) {
    super(`Could not save ${path}: ${describeDiskError(cause)}`, { cause });
  }
}

async function wrapDiskError<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new DiskError(error, path);
  }
}

function describeDiskError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' ? `the disk is full (${code})` : message;
}

/**
 * Moves the temporary file to its path. With `overwrite`, replaces an existing file. Otherwise, creates a hard link, which fails if a file
 * exists at the path, for example because a concurrent call saved it. In this case, `skip` keeps the existing file, and `error` accepts it
 * only if it has the same content. If no file exists there, the link failed for another reason, for example because the file system does
 * not support hard links, and the temporary file is renamed instead.
 */
async function moveToPath(partPath: string, path: string, ifExists: IfExists, content: ExpectedContent): Promise<void> {
  if (ifExists === 'overwrite') {
    await wrapDiskError(path, rename(partPath, path));
    return;
  }
  try {
    await link(partPath, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || (await exists(path))) {
      if (ifExists === 'skip' || (await hasContent(path, content))) return;
      throw createFileExistsError(path);
    }
    await wrapDiskError(path, rename(partPath, path));
  }
}
