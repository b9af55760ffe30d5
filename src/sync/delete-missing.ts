import { hasFile } from '../batch/find-files.js';
import { ApiError, NotFoundError } from '../errors/api-error.js';
import type { Files } from '../resources/files.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { FileEntry } from '../shared/types/files/file-lookup.js';
import type { DirectoryFiles } from '../shared/types/files/many-files.js';
import type { SyncChange } from '../shared/types/files/sync.js';
import type { Deletion } from './plan-sync.js';
import type { LocalFile } from './read-folder.js';

/** Collects the outcomes of sending files, which decide whether a file that is missing from the folder may be deleted. */
export class SendOutcomes {
  readonly #found = new Set<string>();
  readonly #failed = new Set<string>();

  /**
   * Adds a file that the server now has at the symbolic path of a local file.
   *
   * @param fileId The file's id. If another client moved the file during the sync, the earlier list of files has this id at another path.
   */
  addFound(fileId: string): void {
    this.#found.add(fileId);
  }

  addFailed({ sha256 }: LocalFile): void {
    if (sha256 !== undefined) this.#failed.add(sha256);
  }

  findReasonToKeep({ fileId, inputSha256 }: FileEntry): string | undefined {
    if (this.#found.has(fileId)) return 'Another client moved the file during the sync';
    if (!this.#failed.has(inputSha256 ?? '')) return undefined;
    return 'The folder has the same content at another path, and that file failed';
  }
}

/**
 * Returns why a file must not be deleted although it was missing when the folder was read.
 *
 * @throws A file system error if the folder cannot be checked.
 */
export async function findLocalReasonToKeep(
  { entry, isDuplicate }: Deletion,
  source: DirectoryFiles,
  root: string,
): Promise<string | undefined> {
  if (isDuplicate) return undefined;
  return (await hasFile(source, pathBelow(root, entry.symbolicFilePath)))
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

/** Returns the path within the folder for a symbolic path below `root`. Counts path segments, because the server may use another case. */
function pathBelow(root: string, symbolicFilePath: string): string {
  const depth = root.split('/').filter(Boolean).length;
  const segments = symbolicFilePath.split('/').slice(depth + 1);
  return segments.join('/');
}
