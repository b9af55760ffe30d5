import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { IntegrityError } from '../../errors/response-error.js';
import { ValidationError } from '../../errors/validation-error.js';
import type { IfExists } from '../../shared/types/process.js';

/** What the server announced about the bytes. */
export interface Expected {
  readonly length: number | undefined;
  /** In base64. */
  readonly sha256: string | undefined;
}

/**
 * Writes a stream to a temporary file, checks it against what the server announced, syncs it, and only then moves it to its
 * path: the file is never there in part.
 *
 * @param onBytes Called with the size of each chunk.
 * @throws `IntegrityError`; `ValidationError` when it cannot be written, or exists and must not; an error of `bytes` or of `onBytes`.
 */
export async function writeOutput(
  path: string,
  bytes: AsyncIterable<Buffer>,
  expected: Expected,
  ifExists: IfExists,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const part = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  const file = await open(part, 'wx').catch((error: unknown) => {
    throw describeDisk(error, path);
  });
  try {
    const hash = createHash('sha256');
    let length = 0;
    let sha256: string;
    try {
      for await (const chunk of bytes) {
        await file.writeFile(chunk).catch((error: unknown) => {
          throw describeDisk(error, path);
        });
        hash.update(chunk);
        length += chunk.length;
        onBytes(chunk.length);
      }
      sha256 = hash.digest('base64');
      checkArrived(path, expected, length, sha256);
      await file.sync();
    } finally {
      await file.close();
    }
    await moveInto(part, path, ifExists, { length, sha256 });
  } finally {
    await rm(part, { force: true });
  }
}

/** Whether there is something at a path. */
export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** Whether the file at a path has the expected content. `false` when the server did not announce a checksum. */
export async function isSame(path: string, expected: Expected, signal?: AbortSignal): Promise<boolean> {
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile() || expected.sha256 === undefined || (expected.length ?? info.size) !== info.size) return false;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) {
    signal?.throwIfAborted();
    hash.update(chunk as Buffer);
  }
  return hash.digest('base64') === expected.sha256;
}

/** Returns the error for a file that exists and must not be replaced. */
export function refuseToReplace(path: string): ValidationError {
  const message = `Expected no file at ${path}, got one. Remove it, or give ifExists: 'overwrite' or 'skip'`;
  return new ValidationError([{ path: ['ifExists'], message }]);
}

/** Explains an error of the file system, such as a full disk. */
function describeDisk(error: unknown, path: string): ValidationError {
  const message = `Expected to be able to write ${path}, got ${(error as Error).message}`;
  return new ValidationError([{ path: ['localSaveDirectory'], message }], { cause: error });
}

function checkArrived(path: string, expected: Expected, length: number, sha256: string): void {
  const file = basename(path);
  if (expected.length !== undefined && expected.length !== length) {
    throw new IntegrityError(`Expected ${expected.length} bytes of ${file}, got ${length}. It was not saved.`, {
      retryable: true,
    });
  }
  if (expected.sha256 !== undefined && expected.sha256 !== sha256) {
    throw new IntegrityError(
      `Expected ${file} to have the SHA-256 that the server sent (${expected.sha256}), got ${sha256}. It was not saved.`,
      { retryable: true },
    );
  }
}

/**
 * A link never replaces a file, so of two calls for the same path only one succeeds, unless they bring the same content: an
 * interrupted cell of a notebook still waits while it runs again. Some file systems have no links.
 */
async function moveInto(part: string, path: string, ifExists: IfExists, arrived: Expected): Promise<void> {
  if (ifExists === 'overwrite') {
    await rename(part, path);
    return;
  }
  try {
    await link(part, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      if (ifExists === 'skip' || (await isSame(path, arrived))) return;
      throw refuseToReplace(path);
    }
    if (await exists(path)) throw refuseToReplace(path);
    await rename(part, path);
  }
}
