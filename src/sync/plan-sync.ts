import type { FolderComparer, Decision } from '../batch/folder-comparer.js';
import { extensionOf } from '../shared/rules/files/file-name.js';
import { foldName } from '../shared/rules/files/fold-name.js';
import { isError } from '../shared/rules/class-of.js';
import { forEachConcurrently } from '../shared/runtime/for-each-concurrently.js';
import type { FileEntry } from '../shared/types/files/file-lookup.js';
import { toFolderLocation, type LocalFile, type LocalFolder } from './read-folder.js';

/** Maximum number of concurrent lookups. Lookups that are pending at the same time share requests. */
const maxConcurrentDecisions = 500;

interface PlanOptions {
  readonly root: string;
  /** Whether to also manage files below `root` that no sync of `root` added. */
  readonly adopt: boolean;
  readonly signal: AbortSignal | undefined;
}

/** The changes that a sync makes: first the moves, then the uploads, then the deletions. */
export interface SyncPlan {
  readonly moves: readonly { readonly entry: FileEntry; readonly local: LocalFile }[];
  readonly uploads: readonly { readonly local: LocalFile; readonly action: 'add' | 'replace' }[];
  readonly deletions: readonly Deletion[];
  readonly otherFiles: readonly OtherFile[];
  /**
   * Local files that are not uploaded because of an error. Server files that are missing from the folder are not deleted if one of these
   * files has the same hash.
   */
  readonly failedFiles: readonly LocalFile[];
  /** Whether the sync would delete all files that it manages. */
  readonly deletesAll: boolean;
}

export interface Deletion {
  readonly entry: FileEntry;
  /** Whether the folder has a file at this path that is not uploaded, because it is a duplicate of another file in the folder. */
  readonly isDuplicate: boolean;
}

/** A path in the folder that the sync neither moves nor uploads, for example an unchanged file or an unreadable directory. */
interface OtherFile {
  readonly action: 'unchanged' | 'duplicate' | 'kept' | 'unsupported' | 'gone' | 'add' | 'replace';
  readonly symbolicFilePath: string;
  readonly path: string;
  readonly fileId?: string;
  /** For a duplicate, the symbolic path of the file with the same content. */
  readonly from?: string;
  readonly message?: string;
  readonly error?: Error;
}

/**
 * Compares a folder with the server's files.
 *
 * @param entries The server's files, listed before the folder was read. Files that other clients added since then are not deleted.
 */
export async function planSync(
  { files, unreadable }: LocalFolder,
  entries: readonly FileEntry[],
  comparer: FolderComparer,
  { root, adopt, signal }: PlanOptions,
): Promise<SyncPlan> {
  const entryByPath = new Map(entries.map((entry) => [foldName(entry.symbolicFilePath), entry]));
  const isManaged = ({ syncRoot }: FileEntry): boolean =>
    adopt || (syncRoot !== null && foldName(syncRoot) === foldName(root));
  const chooseAction = (path: string) => (entryByPath.has(foldName(path)) ? 'replace' : 'add');
  const otherFiles = unreadable.map(({ path, symbolicFilePath, error, isDangling }): OtherFile => {
    const action = chooseAction(symbolicFilePath);
    if (!isDangling || action === 'replace') return { action, path, symbolicFilePath, error };
    return { action: 'gone', path, symbolicFilePath, message: error.message };
  });
  const { primaries, primaryByDuplicate } = separateDuplicates(files, entryByPath);
  for (const local of files) {
    const { path, symbolicFilePath, refusal, error } = local;
    const primary = primaryByDuplicate.get(local);
    if (error) otherFiles.push({ action: chooseAction(symbolicFilePath), symbolicFilePath, path, error });
    else if (refusal) otherFiles.push({ ...refusal, symbolicFilePath, path });
    else if (primary) otherFiles.push({ action: 'duplicate', symbolicFilePath, path, from: primary.symbolicFilePath });
  }

  const decisionByFile = await decideAll(primaries, comparer, signal);
  const isPresent = createPresenceTest(files, primaryByDuplicate, unreadable);
  // another client may have moved a file to a local file's path after the server's files were listed; such a file is not missing
  const foundIds = new Set([...decisionByFile.values()].map(getFoundId));
  const missing = entries.filter((entry) => isManaged(entry) && !isPresent(entry) && !foundIds.has(entry.fileId));
  const moves = await findMoves(decisionByFile, missing, comparer, signal);
  const movedEntries = new Set(moves.map(({ entry }) => entry));
  const movedFiles = new Set(moves.map(({ local }) => local));
  const uploads: { local: LocalFile; action: 'add' | 'replace' }[] = [];
  for (const [local, decision] of decisionByFile) {
    const { path, symbolicFilePath } = local;
    if (movedFiles.has(local)) continue;
    if (isError(decision)) otherFiles.push({ action: 'replace', symbolicFilePath, path, error: decision });
    else if (decision.action === 'skip') {
      otherFiles.push({ action: decision.reason, symbolicFilePath, path, fileId: decision.found.fileId });
    } else if (decision.action === 'exclude') {
      otherFiles.push({ action: decision.reason, symbolicFilePath, path, message: decision.message });
    } else uploads.push({ local, action: decision.action === 'process' && decision.found ? 'replace' : 'add' });
  }
  const duplicatePaths = new Set([...primaryByDuplicate.keys()].map((local) => foldName(local.symbolicFilePath)));
  const deletions = missing
    .filter((entry) => !movedEntries.has(entry))
    .map((entry) => ({ entry, isDuplicate: duplicatePaths.has(foldName(entry.symbolicFilePath)) }));
  const managed = entries.filter(isManaged);
  return {
    ...{ moves, uploads, deletions, otherFiles },
    failedFiles: files.filter((local) => local.error ?? isError(decisionByFile.get(local))),
    deletesAll: deletions.length > 0 && deletions.length === managed.length,
  };
}

function getFoundId(decision: Decision | Error): string | undefined {
  return isError(decision) || decision.action === 'exclude' ? undefined : decision.found?.fileId;
}

/**
 * Groups the files by content, and chooses a primary file for each group: the first that the server has at the same path with the same
 * content, or else the first. Ignores files that have an error or no hash.
 */
function separateDuplicates(files: readonly LocalFile[], entryByPath: ReadonlyMap<string, FileEntry>) {
  const filesByHash = new Map<string, LocalFile[]>();
  for (const local of files) {
    if (local.sha256 !== undefined && !local.error)
      filesByHash.set(local.sha256, [...(filesByHash.get(local.sha256) ?? []), local]);
  }
  const primaries: LocalFile[] = [];
  const primaryByDuplicate = new Map<LocalFile, LocalFile>();
  for (const group of filesByHash.values()) {
    const isOnServer = ({ symbolicFilePath, sha256 }: LocalFile): boolean =>
      entryByPath.get(foldName(symbolicFilePath))?.inputSha256 === sha256;
    const primary = (group.find(isOnServer) ?? group[0]) as LocalFile;
    primaries.push(primary);
    for (const other of group) if (other !== primary) primaryByDuplicate.set(other, primary);
  }
  return { primaries, primaryByDuplicate };
}

async function decideAll(
  files: readonly LocalFile[],
  comparer: FolderComparer,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<LocalFile, Decision | Error>> {
  const decisionByFile = new Map<LocalFile, Decision | Error>();
  await forEachConcurrently(
    files,
    maxConcurrentDecisions,
    async (local) => {
      const { path, relativePath, size, sha256 } = local;
      const location = toFolderLocation(relativePath);
      const decision = comparer.decide({ key: path, file: path, location, size, sha256 }, true);
      decisionByFile.set(local, await decision.catch(returnFileError));
    },
    signal,
  );
  return decisionByFile;
}

/** Returns the error if it concerns only one file. @throws Any other error. */
function returnFileError(error: unknown): Error {
  if (isError(error) && error.name === 'ValidationError') return error;
  throw error;
}

/** Returns a function that tests whether a server file's path is, or may be, in the folder. Paths of duplicates do not count. */
function createPresenceTest(
  files: readonly LocalFile[],
  primaryByDuplicate: ReadonlyMap<LocalFile, LocalFile>,
  unreadable: LocalFolder['unreadable'],
): (entry: FileEntry) => boolean {
  const present = files.filter((local) => !primaryByDuplicate.has(local) && local.refusal?.action !== 'gone');
  const paths = new Set(present.map(({ symbolicFilePath }) => foldName(symbolicFilePath)));
  const unreadablePaths = unreadable.map(({ symbolicFilePath }) => foldName(symbolicFilePath));
  return ({ symbolicFilePath }) => {
    const path = foldName(symbolicFilePath);
    return paths.has(path) || unreadablePaths.some((unreadablePath) => `${path}/`.startsWith(`${unreadablePath}/`));
  };
}

/**
 * Finds new local files that have the content and extension of a missing server file. The server's file must have been processed with the
 * comparer's chain, models and parameters. The sync moves the server's file instead of uploading the content again.
 */
async function findMoves(
  decisionByFile: ReadonlyMap<LocalFile, Decision | Error>,
  missing: readonly FileEntry[],
  comparer: FolderComparer,
  signal: AbortSignal | undefined,
) {
  const missingEntryByHash = new Map(missing.map((entry) => [entry.inputSha256, entry]));
  const moves: { entry: FileEntry; local: LocalFile }[] = [];
  await forEachConcurrently(
    decisionByFile,
    maxConcurrentDecisions,
    async ([local, decision]) => {
      const isNew = !isError(decision) && decision.action === 'process' && decision.found === null;
      const entry = isNew ? missingEntryByHash.get(local.sha256 ?? '') : undefined;
      if (!entry || extensionOf(entry.symbolicFilePath) !== extensionOf(local.relativePath)) return;
      if (await comparer.hasProcessed(entry.symbolicFilePath, local.sha256 as string)) moves.push({ entry, local });
    },
    signal,
  );
  return moves;
}
