import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

interface WriteAtomicallyOptions {
  /** The file's permissions. @default 0o666, reduced by the umask */
  readonly mode?: number;
  /** Whether to sync the file and its directory to disk, so that the content and the name survive a power failure. @default false */
  readonly durable?: boolean;
}

/**
 * Writes a file under a temporary name, then renames it, so that readers see either the old or the complete new file. If an error
 * occurs, the temporary file is removed.
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  { mode, durable = false }: WriteAtomicallyOptions = {},
): Promise<void> {
  const temporaryPath = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  try {
    const file = await open(temporaryPath, 'wx', mode);
    try {
      await file.writeFile(content);
      if (durable) await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporaryPath, path);
  } catch (error) {
    await rm(temporaryPath, { force: true });
    throw error;
  }
  if (durable) await syncDirectory(dirname(path));
}

/**
 * Syncs a directory, so that the names of its files survive a power failure. Syncing a file saves its content but not its name. Does
 * nothing on Windows, where a directory cannot be opened, but changes to it are journalled.
 */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
