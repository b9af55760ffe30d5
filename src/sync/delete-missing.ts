import { hasFile } from '../batch/find-files.js';
import { ApiError, NotFoundError } from '../errors/api-error.js';
import type { Files } from '../resources/files.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { FileEntry } from '../shared/types/files/file-lookup.js';
import type { DirectoryFiles } from '../shared/types/files/many-files.js';
import type { SyncChange } from '../shared/types/files/sync.js';
import type { Deletion } from './plan-sync.js';
import type { LocalFile } from './read-folder.js';

/** Collects the outcomes of sent files, which decide whether a missing file may be deleted. */
export class SendOutcomes {
  readonly #found = new Set<string>();
  readonly #failed = new Set<string>();

  /**
   * Adds a file that is now on the server at a path of the folder.
   *
   * @param fileId The file's id, which it may have had at another path before.
   */
  addFound(fileId: string): void {
    this.#found.add(fileId);
  }

  addFailed({ sha256 }: LocalFile): void {
    if (sha256 !== undefined) this.#failed.add(sha256);
  }

  whyKept({ fileId, inputSha256 }: FileEntry): string | undefined {
    if (this.#found.has(fileId)) return 'Another client has moved it meanwhile';
    if (!this.#failed.has(inputSha256 ?? '')) return undefined;
    return 'The folder has its content at another path, and that file has failed';
  }
}

/** Returns why a file must not be deleted although it was missing when the folder was read. @throws A file system error. */
export async function whyInFolder(
  { entry, isDuplicate }: Deletion,
  where: DirectoryFiles,
  root: string,
): Promise<string | undefined> {
  if (isDuplicate) return undefined;
  return (await hasFile(where, pathBelow(root, entry.symbolicFilePath))) ? 'The folder has it again' : undefined;
}

/** Deletes a file, unless it is no longer at the listed path. @returns Fields of the change that differ, if the file was kept. */
export async function deleteAt(
  files: Files,
  { fileId, symbolicFilePath }: FileEntry,
  request: RequestOptions,
): Promise<Partial<SyncChange>> {
  try {
    await files.delete(fileId, { ...request, symbolicFilePath });
  } catch (error) {
    if (error instanceof ApiError && error.serverCode === 'conflict') return kept(error.message);
    // another client has already deleted the file
    if (!(error instanceof NotFoundError)) throw error;
  }
  return {};
}

export function kept(message: string) {
  return { action: 'kept', message } as const;
}

/** Returns the path within the folder for a symbolic path below `root`. Counts the names, because their case on the server may differ. */
function pathBelow(root: string, symbolicFilePath: string): string {
  const depth = root.split('/').filter(Boolean).length;
  const names = symbolicFilePath.split('/').slice(depth + 1);
  return names.join('/');
}
