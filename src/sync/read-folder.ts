import { stat } from 'node:fs/promises';
import type { FolderLocation } from '../batch/batch-items.js';
import { findFiles, isMissingPathError, toPath } from '../batch/find-files.js';
import { hashFile } from '../batch/folder-lookups.js';
import type { FolderComparer } from '../batch/folder-comparer.js';
import { forEachConcurrently } from '../shared/runtime/for-each-concurrently.js';
import type { SyncOptions } from '../shared/types/files/sync.js';

/** Maximum number of files to read concurrently. */
const maxConcurrentReads = 8;

export interface LocalFile {
  readonly path: string;
  /** The path within the folder, with forward slashes. */
  readonly relativePath: string;
  readonly symbolicFilePath: string;
  readonly size: number | undefined;
  /** The content's SHA-256 in hexadecimal; `undefined` if the chain does not accept the file or the file could not be read. */
  readonly sha256: string | undefined;
  /** Why the file is not uploaded. */
  readonly refusal?: { readonly action: 'unsupported' | 'gone'; readonly message: string };
  /** The error, if the file cannot be read or shares its symbolic path with an earlier file. */
  readonly error?: Error;
}

export interface LocalFolder {
  readonly files: readonly LocalFile[];
  /** Directories and links that could not be read, and why. */
  readonly unreadable: readonly UnreadablePath[];
}

interface UnreadablePath {
  readonly path: string;
  readonly symbolicFilePath: string;
  readonly error: Error;
  /** Whether the path is a link to a missing file. */
  readonly isDangling: boolean | undefined;
}

/**
 * Lists the files in a folder in path order, and hashes those that the chain accepts.
 *
 * @throws `ValidationError` if the folder does not exist or cannot be read; the signal's reason if the signal is aborted.
 */
export async function readFolder(
  directory: string | URL,
  comparer: FolderComparer,
  { include, exclude, signal }: Pick<SyncOptions, 'include' | 'exclude' | 'signal'>,
): Promise<LocalFolder> {
  const unreadable: UnreadablePath[] = [];
  const found: { path: string; relativePath: string }[] = [];
  const source = { directory: toPath(directory), recursive: true, include, exclude };
  const options = { shouldSkip: () => false, signal, yieldsDanglingLinks: true };
  for await (const { path, relativePath, readError: error, isDangling } of findFiles(source, options)) {
    if (error) unreadable.push({ path, symbolicFilePath: toSymbolicPath(comparer, relativePath), error, isDangling });
    else found.push({ path, relativePath });
  }
  const files: LocalFile[] = [];
  await forEachConcurrently(
    found.entries(),
    maxConcurrentReads,
    async ([index, { path, relativePath }]) => {
      files[index] = await readLocalFile(comparer, path, relativePath);
    },
    signal,
  );
  return { files: files.map((file) => claimPath(comparer, file)), unreadable };
}

/** Claims the symbolic path of a hashed file. Returns the file, with an error if an earlier file has claimed the path. */
function claimPath(comparer: FolderComparer, local: LocalFile): LocalFile {
  if (local.sha256 === undefined) return local;
  try {
    comparer.claim({ key: local.path, location: toFolderLocation(local.relativePath) });
    return local;
  } catch (error) {
    return { ...local, error: error as Error };
  }
}

async function readLocalFile(comparer: FolderComparer, path: string, relativePath: string): Promise<LocalFile> {
  const symbolicFilePath = toSymbolicPath(comparer, relativePath);
  const base = { path, relativePath, symbolicFilePath, size: undefined, sha256: undefined };
  try {
    const { size } = await stat(path);
    const message = await comparer.findRefusalReason({ file: path, size });
    if (message !== undefined) return { ...base, size, refusal: { action: 'unsupported', message } };
    return { ...base, size, sha256: await hashFile(path) };
  } catch (error) {
    const readError = error as Error;
    if (!('syscall' in readError && isMissingPathError(readError))) return { ...base, error: readError };
    return { ...base, refusal: { action: 'gone', message: 'The file was removed while the folder was being read' } };
  }
}

function toSymbolicPath(comparer: FolderComparer, relativePath: string): string {
  return comparer.getSymbolicPath(toFolderLocation(relativePath));
}

export function toFolderLocation(relativePath: string): FolderLocation {
  return { path: relativePath, root: undefined, ifExists: undefined };
}
