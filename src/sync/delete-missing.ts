import { hasFile } from '../batch/find-files.js';
import { ApiError, NotFoundError } from '../errors/api-error.js';
import type { Files } from '../resources/files.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { FileEntry } from '../shared/types/files/file-lookup.js';
import type { DirectoryFiles } from '../shared/types/files/many-files.js';
import type { SyncChange } from '../shared/types/files/sync.js';
import type { Deletion } from './plan-sync.js';
import type { LocalFile } from './read-folder.js';

/** Records the outcomes for local files, and finds reasons to keep a server file that is missing from the folder. */
export class UploadOutcomes {
  readonly #foundIds = new Set<string>();
  readonly #failedHashes = new Set<string>();

  /**
   * Records the id of the server's file at a local file's symbolic path. If another client moved the server's file there after the sync
   * listed the files, the listed path is out of date: the server's file is not missing and must not be deleted.
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
 * Checks again whether a missing file is in the folder. Returns why the server's file must be kept, or `undefined` if the local file is
 * still missing or is a duplicate that is not uploaded.
 *
 * @throws A file system error if the file's path cannot be checked.
 */
export async function findLocalReasonToKeep(
  { entry, isDuplicate }: Deletion,
  source: DirectoryFiles,
  root: string,
): Promise<string | undefined> {
  if (isDuplicate) return undefined;
  return (await hasFile(source, toRelativePath(root, entry.symbolicFilePath)))
    ? 'The file is in the folder again'
    : undefined;
}

/**
 * Deletes a file from the server if it is still at its listed path.
 *
 * @returns Overrides for the reported change; empty unless the file was kept.
 */
export async function deleteFileAtPath(
  files: Files,
  { fileId, symbolicFilePath }: FileEntry,
  requestOptions: RequestOptions,
): Promise<Partial<SyncChange>> {
  try {
    await files.delete(fileId, { ...requestOptions, symbolicFilePath });
  } catch (error) {
    if (error instanceof ApiError && error.serverCode === 'conflict') return toKeptChange(error.message);
    // if the file was not found, the server no longer has it
    if (!(error instanceof NotFoundError)) throw error;
  }
  return {};
}

export function toKeptChange(message: string) {
  return { action: 'kept', message } as const;
}

/**
 * Converts a symbolic path below `root` to a path relative to the folder. Removes as many segments as `root` has, without comparing them,
 * because their case can differ.
 */
function toRelativePath(root: string, symbolicFilePath: string): string {
  const depth = root.split('/').filter(Boolean).length;
  const segments = symbolicFilePath.split('/').slice(depth + 1);
  return segments.join('/');
}
