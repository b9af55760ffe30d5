import { hasFile } from '../batch/find-files.js';
import { ApiError, NotFoundError } from '../errors/api-error.js';
import type { Files } from '../resources/files.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { FileEntry } from '../shared/types/files/file-lookup.js';
import type { DirectoryFiles } from '../shared/types/files/many-files.js';
import type { SyncChange } from '../shared/types/files/sync.js';
import type { Deletion } from './plan-sync.js';
import type { LocalFile } from './read-folder.js';

/** What became of the files that were sent, which decides what may be deleted. */
export class SendOutcomes {
  readonly #found = new Set<string>();
  readonly #failed = new Set<string>();

  /** @param fileId Of a file that the server has now, wherever it was before. */
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

/** Returns why a file is not deleted that the folder did not have when it was read. @throws A file system error. */
export async function whyInFolder(
  { entry, isDuplicate }: Deletion,
  where: DirectoryFiles,
  root: string,
): Promise<string | undefined> {
  if (isDuplicate) return undefined;
  return (await hasFile(where, pathBelow(root, entry.symbolicFilePath))) ? 'The folder has it again' : undefined;
}

/** Deletes a file, unless it is no longer where it was listed. @returns What became of it instead. */
export async function deleteAt(
  files: Files,
  { fileId, symbolicFilePath }: FileEntry,
  request: RequestOptions,
): Promise<Partial<SyncChange>> {
  try {
    await files.delete(fileId, { ...request, symbolicFilePath });
  } catch (error) {
    if (error instanceof ApiError && error.serverCode === 'conflict') return kept(error.message);
    // another client has deleted it
    if (!(error instanceof NotFoundError)) throw error;
  }
  return {};
}

export function kept(message: string) {
  return { action: 'kept', message } as const;
}

/** Returns a path within the folder for a symbolic path below its root, which the server may have in another case. */
function pathBelow(root: string, symbolicFilePath: string): string {
  const depth = root.split('/').filter(Boolean).length;
  const names = symbolicFilePath.split('/').slice(depth + 1);
  return names.join('/');
}
