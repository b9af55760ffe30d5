import { join, posix } from 'node:path';
import { ValidationError } from '../errors/validation-error.js';
import type { PipelineContext } from '../http/call-hosted.js';
import { pickRequestOptions } from '../options/request-options.js';
import { findRefusalReason } from '../process/start/check-file.js';
import { withJsonSchemas } from '../process/start/json-schemas.js';
import { pickExplicitSelections } from '../process/start/selections.js';
import { getServerDetails, type ServerDetails } from '../process/start/server-details.js';
import { checkFilePath } from '../shared/rules/files/file-path.js';
import { foldName } from '../shared/rules/files/fold-name.js';
import { sleep } from '../shared/runtime/sleep.js';
import type { FoundFile } from '../shared/types/files/file-lookup.js';
import type { ProcessManyOptions } from '../shared/types/files/many-files.js';
import type { BatchItem, FolderLocation } from './batch-items.js';
import { isMissingPathError } from './find-files.js';
import { FolderLookups, hashFile } from './folder-lookups.js';

/** The items that `client.sync` processes instead of a file set. */
export interface BatchSource {
  readonly items: AsyncIterable<BatchItem> | Iterable<BatchItem>;
  readonly openComparer: () => Promise<FolderComparer | undefined>;
  readonly syncRoot: string;
}

/** What to do with a file in a folder. */
export type Decision =
  | { readonly action: 'process'; readonly symbolicFilePath: string; readonly found: FoundFile | null }
  /** Another client or an earlier call started a run for the same content, and the run is still in progress. */
  | { readonly action: 'follow'; readonly found: FoundFile }
  | { readonly action: 'skip'; readonly reason: 'unchanged' | 'kept'; readonly found: FoundFile }
  | { readonly action: 'exclude'; readonly reason: 'unsupported' | 'gone'; readonly message: string };

export interface FolderFile {
  readonly key: string;
  /** The local path. */
  readonly file: string;
  readonly location: FolderLocation;
  readonly size: number | undefined;
  /** The SHA-256 of the content in hexadecimal, if already computed. */
  readonly sha256?: string | undefined;
}

/**
 * Limits for polling while another client uploads to the same path. The first attempt polls for at most two seconds, because the upload
 * may have been abandoned. An attempt after a conflict with another client's change polls for at most ten minutes.
 */
const uploadPolls = { firstCount: 4, laterCount: 1200, intervalMs: 500 };

type FolderOptions = Pick<
  ProcessManyOptions,
  'modules' | 'onChange' | 'symbolicDirectoryPath' | 'timeout' | 'maxRetries' | 'retryFor' | 'signal'
>;

/** Compares each file in a folder with the server's file at its symbolic path, and decides what to do with the local file. */
export class FolderComparer {
  readonly #context: PipelineContext;
  readonly #server: ServerDetails;
  readonly #options: FolderOptions;
  readonly #lookups: FolderLookups;
  readonly #findReasonToKeep: (found: FoundFile) => string | undefined;
  /** The key of the file that claimed each symbolic path, by folded path (see `foldName`). */
  readonly #ownerKeyByPath = new Map<string, string>();

  private constructor(
    context: PipelineContext,
    server: ServerDetails,
    options: FolderOptions,
    maxFilesPerLookup: number,
    findReasonToKeep: (found: FoundFile) => string | undefined,
  ) {
    this.#context = context;
    this.#server = server;
    this.#options = options;
    this.#findReasonToKeep = findReasonToKeep;
    const modules = pickExplicitSelections(context.chain, withJsonSchemas({ modules: options.modules }).modules);
    this.#lookups = new FolderLookups(context, maxFilesPerLookup, modules, pickRequestOptions(options));
  }

  /**
   * Opens a comparer for a pipeline.
   *
   * @param findReasonToKeep Returns why a file on the server must not be replaced, or `undefined` if it can be replaced.
   * @returns `undefined` if the server cannot look up files.
   */
  static async open(
    context: PipelineContext,
    options: FolderOptions,
    findReasonToKeep: (found: FoundFile) => string | undefined = () => undefined,
  ): Promise<FolderComparer | undefined> {
    const server = await getServerDetails(context, options.modules, pickRequestOptions(options));
    const { kind, limits } = server;
    if (kind !== 'millrace' || limits.lookupFiles === null) return undefined;
    return new FolderComparer(context, server, options, limits.lookupFiles, findReasonToKeep);
  }

  /** The default value of `expireTime` for files from directories: `null` (never) if the server supports it, otherwise `undefined`. */
  get defaultExpireTime(): null | undefined {
    return this.#server.limits.neverExpires ? null : undefined;
  }

  getSymbolicPath({ path, root = this.#options.symbolicDirectoryPath ?? '/' }: FolderLocation): string {
    return posix.join(root, path.normalize('NFC'));
  }

  /**
   * Returns why the chain does not accept a file, or `undefined` if it does.
   *
   * @throws `ValidationError` or a file system error if the file's content is needed and cannot be read.
   */
  findRefusalReason({ file, size }: Pick<FolderFile, 'file' | 'size'>): Promise<string | undefined> {
    return findRefusalReason(this.#context, file, size, this.#server);
  }

  /**
   * Claims the file's symbolic path and returns it.
   *
   * @throws `ValidationError` if another file has already claimed the path.
   */
  claim({ key, location }: Pick<FolderFile, 'key' | 'location'>): string {
    const symbolicFilePath = this.getSymbolicPath(location);
    const folded = foldName(symbolicFilePath);
    const owner = this.#ownerKeyByPath.get(folded) ?? key;
    this.#ownerKeyByPath.set(folded, owner);
    if (owner === key) return symbolicFilePath;
    const message = `Expected each file to have a unique symbolic path, ignoring case and Unicode form, got '${symbolicFilePath}' for '${owner}' and '${key}'. Rename one of them, or set a different symbolicDirectoryPath for each directory`;
    throw new ValidationError([{ path: ['files'], message }]);
  }

  /**
   * Decides what to do with a file.
   *
   * @param isFirstAttempt False if another client changed the server's file after the previous decision.
   * @throws `ValidationError` if the server's file must not be replaced, or another file has the same symbolic path.
   */
  async decide(item: FolderFile, isFirstAttempt: boolean): Promise<Decision> {
    const message = await this.findRefusalReason(item);
    if (message !== undefined) return { action: 'exclude', reason: 'unsupported', message };
    const symbolicFilePath = this.claim(item);
    // let the upload report the invalid path
    if (checkFilePath(symbolicFilePath, this.#server.limits) !== undefined) {
      return { action: 'process', symbolicFilePath, found: null };
    }
    const hashOrProblem = item.sha256 ?? (await hashFile(item.file).catch(classifyReadError));
    if (hashOrProblem === 'gone')
      return { action: 'exclude', reason: 'gone', message: 'The file was removed while the directory was being read' };
    // let the upload report why the file cannot be read
    if (hashOrProblem === 'unreadable') return { action: 'process', symbolicFilePath, found: null };
    const found = await this.#find({ symbolicFilePath, sha256: hashOrProblem }, isFirstAttempt);
    return this.#chooseAction(symbolicFilePath, found);
  }

  /** Returns whether the server's file at a symbolic path is ready and has this hash and the comparer's chain, models and parameters. */
  async hasProcessed(symbolicFilePath: string, sha256: string): Promise<boolean> {
    const found = await this.#lookups.find({ symbolicFilePath, sha256 });
    return found?.isSame === true && found.state === 'ready';
  }

  #chooseAction(symbolicFilePath: string, found: FoundFile | null): Decision {
    if (found?.isSame)
      return found.state === 'ready' ? { action: 'skip', reason: 'unchanged', found } : { action: 'follow', found };
    if (found && found.state !== 'uploading' && this.#options.onChange === 'keep') {
      return { action: 'skip', reason: 'kept', found };
    }
    const reason = found && this.#findReasonToKeep(found);
    if (reason != null) throw new ValidationError([{ path: ['files'], message: reason }]);
    return { action: 'process', symbolicFilePath, found };
  }

  /** Looks up a file. If another client is uploading to its path, waits for the upload for as long as `uploadPolls` allows. */
  async #find(file: { symbolicFilePath: string; sha256: string }, isFirstAttempt: boolean): Promise<FoundFile | null> {
    for (let pollsLeft = isFirstAttempt ? uploadPolls.firstCount : uploadPolls.laterCount; ; pollsLeft--) {
      const found = await this.#lookups.find(file);
      if (found?.state !== 'uploading' || pollsLeft === 0) return found;
      await sleep(uploadPolls.intervalMs, this.#options.signal);
    }
  }
}

function classifyReadError(error: unknown): 'gone' | 'unreadable' {
  return isMissingPathError(error) ? 'gone' : 'unreadable';
}

/** Returns the directory and the name for a file's output. Outputs mirror the directory structure of their inputs. */
export function getOutputLocation(
  { path }: FolderLocation,
  directory: string | false | undefined,
): { localSaveDirectory: string | false; outputName: string } {
  const { dir, base } = posix.parse(path);
  return { localSaveDirectory: directory === false ? false : join(directory ?? '.', dir), outputName: base };
}
