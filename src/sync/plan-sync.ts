import type { FolderPass, Verdict } from '../batch/folder-pass.js';
import { extensionOf } from '../shared/rules/files/file-name.js';
import { foldName } from '../shared/rules/files/fold-name.js';
import { isError } from '../shared/rules/class-of.js';
import { forEachConcurrently } from '../shared/runtime/for-each-concurrently.js';
import type { FileEntry } from '../shared/types/files/file-lookup.js';
import { placeOf, type LocalFile, type LocalFolder } from './read-folder.js';

/** Maximum number of files to decide about at once. Concurrent lookups share requests. */
const concurrency = 500;

interface PlanOptions {
  readonly root: string;
  /** Whether files that no sync added count as the sync's own. */
  readonly adopt: boolean;
  readonly signal: AbortSignal | undefined;
}

/** The steps of a sync, in order. */
export interface SyncPlan {
  readonly moves: readonly { readonly entry: FileEntry; readonly local: LocalFile }[];
  readonly sends: readonly { readonly local: LocalFile; readonly action: 'add' | 'replace' }[];
  readonly deletions: readonly Deletion[];
  readonly rest: readonly Rest[];
  /** Files that cannot be sent. If the server has their content at other paths, it is not deleted there. */
  readonly unsendable: readonly LocalFile[];
  /** Whether all files that a sync added would be deleted. */
  readonly deletesAll: boolean;
}

export interface Deletion {
  readonly entry: FileEntry;
  /** Whether the folder has a file at this path that is a duplicate of a file at another path. */
  readonly isDuplicate: boolean;
}

/** A file that the sync neither moves, sends nor deletes. */
interface Rest {
  readonly action: 'unchanged' | 'duplicate' | 'kept' | 'unsupported' | 'gone' | 'add' | 'replace';
  readonly symbolicFilePath: string;
  readonly path: string;
  readonly fileId?: string;
  readonly from?: string;
  readonly message?: string;
  readonly error?: Error;
}

/**
 * Compares a folder with the server's files.
 *
 * @param entries The server's files before the folder was read. Files that another client adds meanwhile are therefore not deleted.
 */
export async function planSync(
  { files, unread }: LocalFolder,
  entries: readonly FileEntry[],
  pass: FolderPass,
  { root, adopt, signal }: PlanOptions,
): Promise<SyncPlan> {
  const entryAt = new Map(entries.map((entry) => [foldName(entry.symbolicFilePath), entry]));
  const isOwn = ({ syncRoot }: FileEntry): boolean =>
    adopt || (syncRoot !== null && foldName(syncRoot) === foldName(root));
  const actionAt = (path: string) => (entryAt.has(foldName(path)) ? 'replace' : 'add');
  const rest = unread.map(({ file: path, symbolicFilePath, error, isDangling }): Rest => {
    const action = actionAt(symbolicFilePath);
    if (!isDangling || action === 'replace') return { action, path, symbolicFilePath, error };
    return { action: 'gone', path, symbolicFilePath, message: error.message };
  });
  const { primaries, duplicates } = withoutDuplicates(files, entryAt);
  for (const local of files) {
    const { file: path, symbolicFilePath, refusal, error } = local;
    const first = duplicates.get(local);
    if (error) rest.push({ action: actionAt(symbolicFilePath), symbolicFilePath, path, error });
    else if (refusal) rest.push({ ...refusal, symbolicFilePath, path });
    else if (first) rest.push({ action: 'duplicate', symbolicFilePath, path, from: first.symbolicFilePath });
  }

  const verdicts = await judgeAll(primaries, pass, signal);
  const isPresent = presenceTest(files, duplicates, unread);
  // another sync may have moved a file since the list was read
  const foundIds = new Set([...verdicts.values()].map(idOfFound));
  const missing = entries.filter((entry) => isOwn(entry) && !isPresent(entry) && !foundIds.has(entry.fileId));
  const moves = await findMoves(verdicts, missing, pass, signal);
  const movedEntries = new Set(moves.map(({ entry }) => entry));
  const movedFiles = new Set(moves.map(({ local }) => local));
  const sends: { local: LocalFile; action: 'add' | 'replace' }[] = [];
  for (const [local, verdict] of verdicts) {
    const { file: path, symbolicFilePath } = local;
    if (movedFiles.has(local)) continue;
    if (isError(verdict)) rest.push({ action: 'replace', symbolicFilePath, path, error: verdict });
    else if (verdict.act === 'skip') {
      rest.push({ action: verdict.reason, symbolicFilePath, path, fileId: verdict.found.fileId });
    } else if (verdict.act === 'leave') {
      rest.push({ action: verdict.reason, symbolicFilePath, path, message: verdict.message });
    } else sends.push({ local, action: verdict.act === 'process' && verdict.found ? 'replace' : 'add' });
  }
  const duplicatePaths = new Set([...duplicates.keys()].map((local) => foldName(local.symbolicFilePath)));
  const deletions = missing
    .filter((entry) => !movedEntries.has(entry))
    .map((entry) => ({ entry, isDuplicate: duplicatePaths.has(foldName(entry.symbolicFilePath)) }));
  const own = entries.filter(isOwn);
  return {
    ...{ moves, sends, deletions, rest },
    unsendable: files.filter((local) => local.error ?? isError(verdicts.get(local))),
    deletesAll: deletions.length > 0 && deletions.length === own.length,
  };
}

function idOfFound(verdict: Verdict | Error): string | undefined {
  return isError(verdict) || verdict.act === 'leave' ? undefined : verdict.found?.fileId;
}

/** Chooses one file for each content: the file that the server already has at its path, or else the first file. */
function withoutDuplicates(files: readonly LocalFile[], entryAt: ReadonlyMap<string, FileEntry>) {
  const groups = new Map<string, LocalFile[]>();
  for (const local of files) {
    if (local.sha256 !== undefined && !local.error)
      groups.set(local.sha256, [...(groups.get(local.sha256) ?? []), local]);
  }
  const primaries: LocalFile[] = [];
  const duplicates = new Map<LocalFile, LocalFile>();
  for (const group of groups.values()) {
    const isThere = ({ symbolicFilePath, sha256 }: LocalFile): boolean =>
      entryAt.get(foldName(symbolicFilePath))?.inputSha256 === sha256;
    const primary = (group.find(isThere) ?? group[0]) as LocalFile;
    primaries.push(primary);
    for (const other of group) if (other !== primary) duplicates.set(other, primary);
  }
  return { primaries, duplicates };
}

async function judgeAll(
  files: readonly LocalFile[],
  pass: FolderPass,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<LocalFile, Verdict | Error>> {
  const verdicts = new Map<LocalFile, Verdict | Error>();
  await forEachConcurrently(
    files,
    concurrency,
    async (local) => {
      const { file, path, size, sha256 } = local;
      const judging = pass.judge({ key: file, file, place: placeOf(path), size, sha256 }, true);
      verdicts.set(local, await judging.catch(refusalOf));
    },
    signal,
  );
  return verdicts;
}

/** Returns an error that concerns only the file. @throws Any other error. */
function refusalOf(error: unknown): Error {
  if (isError(error) && error.name === 'ValidationError') return error;
  throw error;
}

/** Returns whether the folder has, or may have, a file that the server has. */
function presenceTest(
  files: readonly LocalFile[],
  duplicates: ReadonlyMap<LocalFile, LocalFile>,
  unread: LocalFolder['unread'],
): (entry: FileEntry) => boolean {
  const there = files.filter((local) => !duplicates.has(local) && local.refusal?.action !== 'gone');
  const paths = new Set(there.map(({ symbolicFilePath }) => foldName(symbolicFilePath)));
  const hidden = unread.map(({ symbolicFilePath }) => foldName(symbolicFilePath));
  return ({ symbolicFilePath }) => {
    const path = foldName(symbolicFilePath);
    return paths.has(path) || hidden.some((unreadable) => `${path}/`.startsWith(`${unreadable}/`));
  };
}

/** Finds new files whose content the server has at a path that the folder no longer has. They need not be processed again. */
async function findMoves(
  verdicts: ReadonlyMap<LocalFile, Verdict | Error>,
  missing: readonly FileEntry[],
  pass: FolderPass,
  signal: AbortSignal | undefined,
) {
  const byContent = new Map(missing.map((entry) => [entry.inputSha256, entry]));
  const moves: { entry: FileEntry; local: LocalFile }[] = [];
  await forEachConcurrently(
    verdicts,
    concurrency,
    async ([local, verdict]) => {
      const isNew = !isError(verdict) && verdict.act === 'process' && verdict.found === null;
      const entry = isNew ? byContent.get(local.sha256 ?? '') : undefined;
      if (!entry || extensionOf(entry.symbolicFilePath) !== extensionOf(local.path)) return;
      if (await pass.hasAt(entry.symbolicFilePath, local.sha256 as string)) moves.push({ entry, local });
    },
    signal,
  );
  return moves;
}
