import { stat } from 'node:fs/promises';
import type { FolderPlace } from '../batch/batch-items.js';
import { findFiles, isGone, toPath } from '../batch/find-files.js';
import { hashFile } from '../batch/folder-lookups.js';
import type { FolderPass } from '../batch/folder-pass.js';
import { forEachConcurrently } from '../shared/runtime/for-each-concurrently.js';
import type { SyncOptions } from '../shared/types/files/sync.js';

/** Maximum number of files to read at once. */
const concurrency = 8;

/** A file of a folder, as it was read. */
export interface LocalFile {
  /** The local path. */
  readonly file: string;
  /** The path within the folder, with slashes. */
  readonly path: string;
  readonly symbolicFilePath: string;
  readonly size: number | undefined;
  /** The SHA-256 of the content, if the chain accepts the file and the file could be read. */
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
 * Reads the names and the contents of a folder, in the order of their paths.
 *
 * @throws `ValidationError` if the folder does not exist or cannot be read.
 */
export async function readFolder(
  directory: string | URL,
  pass: FolderPass,
  { include, exclude, signal }: Pick<SyncOptions, 'include' | 'exclude' | 'signal'>,
): Promise<LocalFolder> {
  const unread: Unread[] = [];
  const found: { file: string; path: string }[] = [];
  const where = { directory: toPath(directory), recursive: true, include, exclude };
  const options = { shouldSkip: () => false, signal, reportsDangling: true };
  for await (const { path: file, relative: path, problem: error, isDangling } of findFiles(where, options)) {
    if (error) unread.push({ file, symbolicFilePath: symbolicPath(pass, path), error, isDangling });
    else found.push({ file, path });
  }
  const files: LocalFile[] = [];
  const readOne = async ({ at, file, path }: { at: number; file: string; path: string }): Promise<void> => {
    files[at] = await readFile(pass, file, path);
  };
  await forEachConcurrently(
    found.map((one, at) => ({ ...one, at })),
    concurrency,
    readOne,
    signal,
  );
  return { files: files.map((file) => withOwnPath(pass, file)), unread };
}

/** Claims the file's symbolic path. If an earlier file has the same path, adds an error. */
function withOwnPath(pass: FolderPass, local: LocalFile): LocalFile {
  if (local.sha256 === undefined) return local;
  try {
    pass.claim({ key: local.file, place: placeOf(local.path) });
    return local;
  } catch (error) {
    return { ...local, error: error as Error };
  }
}

async function readFile(pass: FolderPass, file: string, path: string): Promise<LocalFile> {
  const symbolicFilePath = symbolicPath(pass, path);
  const facts = { file, path, symbolicFilePath, size: undefined, sha256: undefined };
  try {
    const { size } = await stat(file);
    const message = await pass.whyNotAccepted({ file, size });
    if (message !== undefined) return { ...facts, size, refusal: { action: 'unsupported', message } };
    return { ...facts, size, sha256: await hashFile(file) };
  } catch (error) {
    const fault = error as Error;
    if (!('syscall' in fault && isGone(fault))) return { ...facts, error: fault };
    return { ...facts, refusal: { action: 'gone', message: 'It was removed while the folder was read' } };
  }
}

function symbolicPath(pass: FolderPass, path: string): string {
  return pass.symbolicPathOf(placeOf(path));
}

export function placeOf(path: string): FolderPlace {
  return { path, root: undefined, ifExists: undefined };
}
