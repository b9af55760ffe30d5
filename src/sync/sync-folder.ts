import { BatchOfFiles } from '../batch/batch-of-files.js';
import type { BatchItem } from '../batch/batch-items.js';
import { toPath } from '../batch/find-files.js';
import { FolderComparer } from '../batch/folder-comparer.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { isMillraceError } from '../errors/is-millrace-error.js';
import { ValidationError } from '../errors/validation-error.js';
import type { Connection } from '../http/connection.js';
import type { PipelineContext } from '../http/call-hosted.js';
import { pickRequestOptions } from '../options/request-options.js';
import { Files } from '../resources/files.js';
import { isError } from '../shared/rules/class-of.js';
import { splitFilePath } from '../shared/rules/files/file-path.js';
import { foldName } from '../shared/rules/files/fold-name.js';
import { throwIfAborted } from '../shared/runtime/abort-reason.js';
import { forEachConcurrently } from '../shared/runtime/for-each-concurrently.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { FileEntry, FoundFile } from '../shared/types/files/file-lookup.js';
import type { SyncChange, SyncOptions, SyncSummary } from '../shared/types/files/sync.js';
import { deleteFileAtPath, findLocalReasonToKeep, toKeptChange, UploadOutcomes } from './delete-missing.js';
import { FolderIdentity } from './folder-identity.js';
import { planSync, type SyncPlan } from './plan-sync.js';
import { toFolderLocation, readFolder } from './read-folder.js';
import { checkSyncArguments } from './sync-options.js';
import { SyncReport } from './sync-report.js';

/** Maximum number of concurrent moves or deletions. */
const maxConcurrentChanges = 4;

/** Makes a pipeline's files below a symbolic directory match the files in a local folder. With `dryRun`, only plans the changes. */
export async function syncFolder(
  connection: Connection,
  directory: string | URL,
  options: SyncOptions,
): Promise<SyncSummary> {
  checkSyncArguments(directory, options);
  const { pipeline, keepInput, symbolicDirectoryPath: root = '/', signal } = options;
  throwIfAborted(signal);
  const context: PipelineContext = { connection, name: pipeline.name, chain: [...pipeline.moduleChain], keepInput };
  return new FolderSync(context, toPath(directory), root, options).run();
}

class FolderSync {
  readonly #context: PipelineContext;
  readonly #directory: string;
  readonly #root: string;
  readonly #options: SyncOptions;
  readonly #requestOptions: RequestOptions;
  readonly #files: Files;
  readonly #report: SyncReport;
  readonly #outcomes = new UploadOutcomes();

  constructor(context: PipelineContext, directory: string, root: string, options: SyncOptions) {
    this.#context = context;
    this.#directory = directory;
    this.#root = root;
    this.#options = options;
    this.#requestOptions = pickRequestOptions(options);
    this.#files = new Files(context.connection, () =>
      Promise.reject(new Error('Expected no request for an input during a sync')),
    );
    this.#report = new SyncReport(options.onFile);
  }

  async run(): Promise<SyncSummary> {
    const { adopt = false, dryRun = false, deleteAll = false, signal } = this.#options;
    const identity = await FolderIdentity.read(this.#directory);
    const comparer = await this.#openComparer();
    const entries = await this.#listEntries();
    const folder = await readFolder(this.#directory, comparer, this.#options);
    await identity.assertUnchanged();
    const plan = await planSync(folder, entries, comparer, { root: this.#root, adopt, signal });
    throwIfAborted(signal);
    if (plan.deletesAll && !deleteAll && !dryRun) throw this.#createDeleteAllError(plan.deletions.length);
    for (const { error, ...change } of plan.otherFiles) {
      const status = error ? 'failed' : dryRun ? 'planned' : 'done';
      this.#report.add({ ...change, status, ...(error && { error, message: error.message }) });
    }
    for (const local of plan.failedFiles) this.#outcomes.addFailed(local);
    if (dryRun) this.#preview(plan);
    else {
      await this.#move(plan.moves);
      await this.#upload(plan.uploads);
      await this.#delete(plan.deletions, identity);
    }
    return this.#report.summarize({
      pipeline: this.#context.name,
      symbolicDirectoryPath: this.#root,
      dryRun,
      needsDeleteAll: plan.deletesAll && !deleteAll,
    });
  }

  async #openComparer(): Promise<FolderComparer> {
    const { modules, onChange } = this.#options;
    const options = { ...this.#requestOptions, modules, onChange, symbolicDirectoryPath: this.#root };
    const comparer = await FolderComparer.open(this.#context, options, (found) => this.#findReasonToKeep(found));
    if (comparer) return comparer;
    const { origin } = new URL(this.#context.connection.apiUrl);
    throw new ConfigurationError(
      `Expected a Millrace server that can compare folders, but ${origin} cannot. Use pipeline.processMany({ directory }), or a newer server.`,
    );
  }

  #findReasonToKeep({ syncRoot, fileId }: FoundFile): string | undefined {
    if (this.#options.adopt || (syncRoot !== null && foldName(syncRoot) === foldName(this.#root))) return undefined;
    return `The server already has file ${fileId} at this path, and no sync of '${this.#root}' added that file. Use adopt: true to replace it, or another symbolicDirectoryPath`;
  }

  #createDeleteAllError(count: number): ValidationError {
    const message = `Expected the folder ${this.#directory} to contain files of pipeline '${this.#context.name}', got none of the ${count} below '${this.#root}'. Sync would delete them all. If that is intended, use deleteAll: true`;
    return new ValidationError([{ path: ['directory'], message }]);
  }

  /** Lists the pipeline's files below the symbolic directory. */
  async #listEntries(): Promise<FileEntry[]> {
    const entries: FileEntry[] = [];
    let cursor: string | undefined;
    do {
      const filter = { pipeline: this.#context.name, directory: this.#root, cursor };
      const page = await this.#files.list({ ...this.#requestOptions, ...filter });
      entries.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return entries;
  }

  #preview({ moves, uploads, deletions }: SyncPlan): void {
    const status = 'planned';
    for (const { entry, local } of moves) this.#report.add({ ...describeMove(entry, local), status });
    for (const { local, action } of uploads) {
      this.#report.add({ action, status, symbolicFilePath: local.symbolicFilePath, path: local.path });
    }
    for (const { entry } of deletions) {
      const { symbolicFilePath, fileId } = entry;
      const reason = this.#outcomes.findReasonToKeep(entry);
      const change = reason === undefined ? ({ action: 'delete' } as const) : toKeptChange(reason);
      this.#report.add({ ...change, status, symbolicFilePath, fileId });
    }
  }

  async #move(moves: SyncPlan['moves']): Promise<void> {
    await this.#forEach(moves, async ({ entry, local }) => {
      const { directory, fileName } = splitFilePath(local.symbolicFilePath);
      await this.#applyChange(describeMove(entry, local), async () => {
        await this.#files.update(entry.fileId, { symbolicDirectoryPath: directory, fileName }, this.#requestOptions);
        return {};
      });
    });
  }

  async #upload(uploads: SyncPlan['uploads']): Promise<void> {
    if (uploads.length === 0) return;
    const uploadByKey = new Map(uploads.map((upload) => [upload.local.path, upload]));
    const items = uploads.map(({ local }): BatchItem => {
      const { path, relativePath, sha256 } = local;
      return { key: path, file: path, metadata: {}, location: toFolderLocation(relativePath), sha256 };
    });
    const { modules, fileTags, fileDescription, expireTime, keepInput, onChange, concurrency, waitTimeout } =
      this.#options;
    const options = {
      ...this.#requestOptions,
      ...{ modules, fileTags, fileDescription, expireTime, keepInput, onChange, concurrency, waitTimeout },
      symbolicDirectoryPath: this.#root,
      downloadOutput: false,
    };
    const source = { items, openComparer: () => this.#openComparer(), syncRoot: this.#root };
    for await (const result of new BatchOfFiles(this.#context, [], options, source)) {
      const upload = uploadByKey.get(result.key);
      if (!upload) continue;
      const { action, local } = upload;
      const paths = { symbolicFilePath: local.symbolicFilePath, path: local.path };
      if (result.status === 'failed') {
        const { error } = result;
        this.#outcomes.addFailed(local);
        this.#report.add({ ...paths, action, status: 'failed', message: error.message, error });
      } else if (result.result === null) {
        this.#report.add({ ...paths, action: result.reason, status: 'done', message: result.message });
      } else {
        const { fileId } = result.result;
        this.#outcomes.addFound(fileId);
        // a file is skipped if another client has added or replaced the file at this path since the plan was made
        const actual = result.status === 'skipped' ? (result.reason === 'kept' ? 'kept' : 'unchanged') : action;
        this.#report.add({ ...paths, action: actual, status: 'done', fileId });
      }
    }
  }

  async #delete(deletions: SyncPlan['deletions'], identity: FolderIdentity): Promise<void> {
    const { include, exclude } = this.#options;
    const source = { directory: this.#directory, recursive: true, include, exclude };
    await this.#forEach(deletions, async (deletion) => {
      await identity.assertUnchanged();
      const { fileId, symbolicFilePath } = deletion.entry;
      await this.#applyChange({ action: 'delete', symbolicFilePath, fileId }, async () => {
        const reason =
          this.#outcomes.findReasonToKeep(deletion.entry) ??
          (await findLocalReasonToKeep(deletion, source, this.#root));
        if (reason !== undefined) return toKeptChange(reason);
        // a file can seem to be missing because the folder itself was removed or replaced
        if (!(await identity.isUnchanged())) return toKeptChange('The folder was removed or replaced during the sync');
        return deleteFileAtPath(this.#files, deletion.entry, this.#requestOptions);
      });
    });
    if (deletions.length > 0) await identity.assertUnchanged();
  }

  async #forEach<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    await forEachConcurrently(items, maxConcurrentChanges, work, this.#options.signal);
  }

  /**
   * Makes one change and reports its outcome.
   *
   * @param work Makes the change, and returns overrides for the reported change.
   * @throws Any error that is not specific to this file, for example if the server is unreachable.
   */
  async #applyChange(
    change: Pick<SyncChange, 'action' | 'symbolicFilePath'> & Partial<SyncChange>,
    work: () => Promise<Partial<SyncChange>>,
  ) {
    try {
      const overrides = await work();
      this.#report.add({ ...change, ...overrides, status: 'done' });
    } catch (error) {
      throwIfAborted(this.#options.signal);
      if (!isFileError(error)) throw error;
      this.#report.add({ ...change, status: 'failed', message: error.message, error });
    }
  }
}

function describeMove(entry: FileEntry, { symbolicFilePath, path }: { symbolicFilePath: string; path: string }) {
  return { action: 'move', symbolicFilePath, path, fileId: entry.fileId, from: entry.symbolicFilePath } as const;
}

/** Returns whether an error concerns only one file. */
function isFileError(error: unknown): error is Error {
  if (!isMillraceError(error)) return isError(error) && 'syscall' in error;
  return ['api', 'not_found', 'validation'].includes(error.code);
}
