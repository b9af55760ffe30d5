import { hasFile } from '../batch/find-files.js';
import { ApiError, NotFoundError } from '../errors/api-error.js';
import type { Files } from '../resources/files.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { FileEntry } from '../shared/types/files/file-lookup.js';
import type { DirectoryFiles } from '../shared/types/files/many-files.js';
import type { SyncChange } from '../shared/types/files/sync.js';
import type { Deletion } from './plan-sync.js';
import type { LocalFile } from './read-folder.js';

/** Records which files were found or failed, to decide whether a file that is missing from the folder can be deleted. */
export class UploadOutcomes {
  readonly #foundIds = new Set<string>();
  readonly #failedHashes = new Set<string>();

  /**
   * Adds the server's file at a local file's symbolic path, so that it is not deleted. If another client moved the file during the sync,
   * the list of the server's files still has its earlier path.
   */
  addFound(fileId: string): void {
    this.#foundIds.add(fileId);
  }

  addFailed({ sha256 }: LocalFile): void {
    if (sha256 !== undefined) this.#failedHashes.add(sha256);
  }

  findReasonToKeep({ fileId, inputSha256 }: FileEntry): string | undefined {
    if (this.#foundIds.has(fileId)) return 'Another client moved the file during the sync';
    if (!this.#failedHashes.has(inputSha256 ?? '')) return undefined;
    return 'The folder has the same content at another path, and that file failed';
  }
}

/**
 * Returns why a file that was missing when the folder was read must be kept, or `undefined` if it can be deleted.
 *
 * @throws A file system error if the folder cannot be checked.
 */
export async function findLocalReasonToKeep(
  { entry, isDuplicate }: Deletion,
  source: DirectoryFiles,
  root: string,
): Promise<string | undefined> {
  if (isDuplicate) return undefined;
  return (await hasFile(source, toFolderPath(root, entry.symbolicFilePath)))
    ? 'The file is in the folder again'
    : undefined;
}

/** Deletes a file if it is still at the listed path. @returns Overrides for the reported change; empty unless the file was kept. */
export async function deleteAt(
  files: Files,
  { fileId, symbolicFilePath }: FileEntry,
  request: RequestOptions,
): Promise<Partial<SyncChange>> {
  try {
    await files.delete(fileId, { ...request, symbolicFilePath });
  } catch (error) {
    if (error instanceof ApiError && error.serverCode === 'conflict') return toKeptChange(error.message);
    // another client has already deleted the file
    if (!(error instanceof NotFoundError)) throw error;
  }
  return {};
}

export function toKeptChange(message: string) {
  return { action: 'kept', message } as const;
}

/** Returns the path within the folder for a symbolic path below `root`. Skips the segments of `root` by count, because case can differ. */
function toFolderPath(root: string, symbolicFilePath: string): string {
  const depth = root.split('/').filter(Boolean).length;
  const segments = symbolicFilePath.split('/').slice(depth + 1);
  return segments.join('/');
}
