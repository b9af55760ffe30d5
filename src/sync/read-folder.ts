import { stat } from 'node:fs/promises';
import type { FolderLocation } from '../batch/batch-items.js';
import { findFiles, isMissingPathError, toPath } from '../batch/find-files.js';
import { hashFile } from '../batch/folder-lookups.js';
import type { FolderComparer } from '../batch/folder-comparer.js';
import { forEachConcurrently } from '../shared/runtime/for-each-concurrently.js';
import type { SyncOptions } from '../shared/types/files/sync.js';

/** Maximum number of files to read concurrently. */
const concurrency = 8;

export interface LocalFile {
  /** The local path. */
  readonly file: string;
  /** The path within the folder, with slashes. */
  readonly path: string;
  readonly symbolicFilePath: string;
  readonly size: number | undefined;
  /** The SHA-256 of the content in hexadecimal, if the chain accepts the file and the file could be read. */
  readonly sha256: string | undefined;
  /** Why the file is not sent. */
  readonly refusal?: { readonly action: 'unsupported' | 'gone'; readonly message: string };
  /** The error, if the file cannot be read or shares its symbolic path with an earlier file. */
  readonly error?: Error;
}

export interface LocalFolder {
  readonly files: readonly LocalFile[];
  /** Directories and links that could not be read, and why. */
  readonly unread: readonly Unread[];
}

interface Unread {
  readonly file: string;
  readonly symbolicFilePath: string;
  readonly error: Error;
  /** Whether the path is a link to a missing file. */
  readonly isDangling: boolean | undefined;
}

/**
 * Lists the files in a folder in path order, and hashes their contents.
 *
 * @throws `ValidationError` if the folder does not exist or cannot be read.
 */
export async function readFolder(
  directory: string | URL,
  comparer: FolderComparer,
  { include, exclude, signal }: Pick<SyncOptions, 'include' | 'exclude' | 'signal'>,
): Promise<LocalFolder> {
  const unread: Unread[] = [];
  const found: { file: string; path: string }[] = [];
  const source = { directory: toPath(directory), recursive: true, include, exclude };
  const options = { shouldSkip: () => false, signal, reportsDangling: true };
  for await (const { path: file, relative: path, readError: error, isDangling } of findFiles(source, options)) {
    if (error) unread.push({ file, symbolicFilePath: toSymbolicPath(comparer, path), error, isDangling });
    else found.push({ file, path });
  }
  const files: LocalFile[] = [];
  const readOne = async ({ index, file, path }: { index: number; file: string; path: string }): Promise<void> => {
    files[index] = await readFile(comparer, file, path);
  };
  await forEachConcurrently(
    found.map((entry, index) => ({ ...entry, index })),
    concurrency,
    readOne,
    signal,
  );
  return { files: files.map((file) => claimPath(comparer, file)), unread };
}

/** Claims the file's symbolic path. If an earlier file has claimed it, returns the file with an error. */
function claimPath(comparer: FolderComparer, local: LocalFile): LocalFile {
  if (local.sha256 === undefined) return local;
  try {
    comparer.claim({ key: local.file, location: toFolderLocation(local.path) });
    return local;
  } catch (error) {
    return { ...local, error: error as Error };
  }
}

async function readFile(comparer: FolderComparer, file: string, path: string): Promise<LocalFile> {
  const symbolicFilePath = toSymbolicPath(comparer, path);
  const base = { file, path, symbolicFilePath, size: undefined, sha256: undefined };
  try {
    const { size } = await stat(file);
    const message = await comparer.findRefusalReason({ file, size });
    if (message !== undefined) return { ...base, size, refusal: { action: 'unsupported', message } };
    return { ...base, size, sha256: await hashFile(file) };
  } catch (error) {
    const readError = error as Error;
    if (!('syscall' in readError && isMissingPathError(readError))) return { ...base, error: readError };
    return { ...base, refusal: { action: 'gone', message: 'The file was removed while the folder was being read' } };
  }
}

function toSymbolicPath(comparer: FolderComparer, path: string): string {
  return comparer.getSymbolicPath(toFolderLocation(path));
}

export function toFolderLocation(path: string): FolderLocation {
  return { path, root: undefined, ifExists: undefined };
}
