import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { IntegrityError } from '../../errors/response-error.js';
import { ValidationError } from '../../errors/validation-error.js';
import type { IfExists } from '../../shared/types/process.js';
import { throwIfAborted } from '../../shared/runtime/abort-reason.js';

/** The size and checksum announced by the server. */
export interface ExpectedContent {
  readonly length: number | undefined;
  /** The SHA-256 checksum, base64-encoded. */
  readonly sha256: string | undefined;
}

/**
 * Writes a stream to a temporary file, checks it against the announced size and checksum, syncs it, and only then moves it to
 * its path, so a partial file is never visible there.
 *
 * @param onBytes Called with the size of each chunk.
 * @throws `IntegrityError`; `ValidationError` if the file cannot be written or must not be replaced; any error thrown by `bytes`
 * or `onBytes`.
 */
export async function writeOutput(
  path: string,
  bytes: AsyncIterable<Buffer>,
  expected: ExpectedContent,
  ifExists: IfExists,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const part = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  const file = await open(part, 'wx').catch((error: unknown) => {
    throw diskError(error, path);
  });
  try {
    const hash = createHash('sha256');
    let length = 0;
    let sha256: string;
    try {
      for await (const chunk of bytes) {
        await file.writeFile(chunk).catch((error: unknown) => {
          throw diskError(error, path);
        });
        hash.update(chunk);
        length += chunk.length;
        onBytes(chunk.length);
      }
      sha256 = hash.digest('base64');
      verifyContent(path, expected, length, sha256);
      await file.sync();
    } finally {
      await file.close();
    }
    await moveToPath(part, path, ifExists, { length, sha256 });
  } finally {
    await rm(part, { force: true });
  }
}

export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** Whether the file at a path has the expected content. Always `false` if the server did not announce a checksum. */
export async function isSame(path: string, expected: ExpectedContent, signal?: AbortSignal): Promise<boolean> {
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile() || expected.sha256 === undefined || (expected.length ?? info.size) !== info.size) return false;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) {
    throwIfAborted(signal);
    hash.update(chunk as Buffer);
  }
  return hash.digest('base64') === expected.sha256;
}

/** Returns the error for an existing file that must not be replaced. */
export function fileExistsError(path: string): ValidationError {
  const message = `Expected no file at ${path}, but one exists. Remove it, or use ifExists: 'overwrite' or 'skip'`;
  return new ValidationError([{ path: ['ifExists'], message }]);
}

/** Wraps a file system error, such as a full disk. */
function diskError(error: unknown, path: string): ValidationError {
  const message = `Could not write ${path}: ${(error as Error).message}`;
  return new ValidationError([{ path: ['localSaveDirectory'], message }], { cause: error });
}

function verifyContent(path: string, expected: ExpectedContent, length: number, sha256: string): void {
  const file = basename(path);
  if (expected.length !== undefined && expected.length !== length) {
    throw new IntegrityError(`Expected ${file} to have ${expected.length} bytes, got ${length}. It was not saved.`, {
      retryable: true,
    });
  }
  if (expected.sha256 !== undefined && expected.sha256 !== sha256) {
    throw new IntegrityError(
      `Expected ${file} to have the server's SHA-256 (${expected.sha256}), got ${sha256}. It was not saved.`,
      { retryable: true },
    );
  }
}

/**
 * Moves a file by creating a hard link. A link never replaces a file, so if two calls save different content to the same path,
 * only one succeeds. If the content is the same, both succeed, because an interrupted notebook cell may still be waiting when it
 * is rerun. If the file system does not support links, the file is renamed instead.
 */
async function moveToPath(part: string, path: string, ifExists: IfExists, content: ExpectedContent): Promise<void> {
  if (ifExists === 'overwrite') {
    await rename(part, path);
    return;
  }
  try {
    await link(part, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      if (ifExists === 'skip' || (await isSame(path, content))) return;
      throw fileExistsError(path);
    }
    if (await exists(path)) throw fileExistsError(path);
    await rename(part, path);
  }
}
