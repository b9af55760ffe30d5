import { join, posix } from 'node:path';
import { ValidationError } from '../errors/validation-error.js';
import type { PipelineContext } from '../http/hosted-call.js';
import { pickRequestOptions } from '../options/request-options.js';
import { whyNotAccepted } from '../process/start/check-file.js';
import { withJsonSchemas } from '../process/start/json-schemas.js';
import { explicitSelections } from '../process/start/selections.js';
import { readServerFacts, type ServerFacts } from '../process/start/server-facts.js';
import { checkFilePath } from '../shared/rules/files/file-path.js';
import { foldName } from '../shared/rules/files/fold-name.js';
import { sleep } from '../shared/runtime/sleep.js';
import type { FoundFile } from '../shared/types/files/file-lookup.js';
import type { ProcessManyOptions } from '../shared/types/files/many-files.js';
import type { FolderPlace } from './batch-items.js';
import { isGone } from './find-files.js';
import { FolderLookups, hashFile } from './folder-lookups.js';

/** The decision about a file of a folder. */
export type Verdict =
  | { readonly act: 'process'; readonly symbolicFilePath: string; readonly found: FoundFile | null }
  /** A run for the same content, which another client or an earlier call started, is in progress. */
  | { readonly act: 'follow'; readonly found: FoundFile }
  | { readonly act: 'skip'; readonly reason: 'unchanged' | 'kept'; readonly found: FoundFile }
  | { readonly act: 'leave'; readonly reason: 'unsupported' | 'gone'; readonly message: string };

/** A file of a folder. */
export interface FolderFile {
  readonly key: string;
  /** The local path. */
  readonly file: string;
  readonly place: FolderPlace;
  readonly size: number | undefined;
  /** The SHA-256 of the content, if it is known already. */
  readonly sha256?: string | undefined;
}

/**
 * How often to check for the end of another client's upload to the same path: a few times at first, because the upload may have been
 * abandoned; for ten minutes once it has caused a conflict.
 */
const uploadPolls = { first: 4, later: 1200, everyMs: 500 };

type FolderOptions = Pick<
  ProcessManyOptions,
  'modules' | 'onChange' | 'symbolicDirectoryPath' | 'timeout' | 'maxRetries' | 'retryFor' | 'signal'
>;

/** Decides what to do with each file of a folder, by comparing it with the server's file at its symbolic path. */
export class FolderPass {
  readonly #context: PipelineContext;
  readonly #facts: ServerFacts;
  readonly #options: FolderOptions;
  readonly #lookups: FolderLookups;
  readonly #mayReplace: (found: FoundFile) => string | undefined;
  readonly #keys = new Map<string, string>();

  private constructor(
    context: PipelineContext,
    facts: ServerFacts,
    options: FolderOptions,
    maxFiles: number,
    mayReplace: (found: FoundFile) => string | undefined,
  ) {
    this.#context = context;
    this.#facts = facts;
    this.#options = options;
    this.#mayReplace = mayReplace;
    const modules = explicitSelections(context.chain, withJsonSchemas({ modules: options.modules }).modules);
    this.#lookups = new FolderLookups(context, maxFiles, modules, pickRequestOptions(options));
  }

  /**
   * @param mayReplace Returns why a file on the server must not be replaced, or `undefined` if it may be replaced.
   * @returns `undefined` if the server cannot look up files.
   */
  static async open(
    context: PipelineContext,
    options: FolderOptions,
    mayReplace: (found: FoundFile) => string | undefined = () => undefined,
  ): Promise<FolderPass | undefined> {
    const facts = await readServerFacts(context, options.modules, pickRequestOptions(options));
    const { kind, limits } = facts;
    if (kind !== 'millrace' || limits.lookupFiles === null) return undefined;
    return new FolderPass(context, facts, options, limits.lookupFiles, mayReplace);
  }

  /** The default of the `expireTime` option for files in folders. */
  get expireTime(): null | undefined {
    return this.#facts.limits.neverExpires ? null : undefined;
  }

  symbolicPathOf({ path, root = this.#options.symbolicDirectoryPath ?? '/' }: FolderPlace): string {
    return posix.join(root, path.normalize('NFC'));
  }

  /** Returns why the chain does not accept a file. @throws A file system error. */
  whyNotAccepted({ file, size }: Pick<FolderFile, 'file' | 'size'>): Promise<string | undefined> {
    return whyNotAccepted(this.#context, file, size, this.#facts);
  }

  /**
   * Claims the file's symbolic path.
   *
   * @throws `ValidationError` if another file of the call has the same path.
   */
  claim({ key, place }: Pick<FolderFile, 'key' | 'place'>): string {
    const symbolicFilePath = this.symbolicPathOf(place);
    const folded = foldName(symbolicFilePath);
    const other = this.#keys.get(folded) ?? key;
    this.#keys.set(folded, other);
    if (other === key) return symbolicFilePath;
    const message = `Expected each file to have a symbolic path of its own, got '${symbolicFilePath}' for '${other}' and '${key}', regardless of case and Unicode form. Rename one of them, or give their directories a symbolicDirectoryPath`;
    throw new ValidationError([{ path: ['files'], message }]);
  }

  /**
   * Decides what to do with a file.
   *
   * @param isFirst False if an earlier decision failed because another client changed the file on the server.
   * @throws `ValidationError` if the file must not be replaced, or shares its path with another file.
   */
  async judge(item: FolderFile, isFirst: boolean): Promise<Verdict> {
    const message = await this.whyNotAccepted(item);
    if (message !== undefined) return { act: 'leave', reason: 'unsupported', message };
    const symbolicFilePath = this.claim(item);
    // `process` reports the invalid path
    if (checkFilePath(symbolicFilePath, this.#facts.limits) !== undefined) {
      return { act: 'process', symbolicFilePath, found: null };
    }
    const sha256 = item.sha256 ?? (await hashFile(item.file).catch(readFault));
    if (sha256 === 'gone')
      return { act: 'leave', reason: 'gone', message: 'It was removed while the directory was read' };
    // `process` also reports why a file cannot be read
    if (sha256 === 'unreadable') return { act: 'process', symbolicFilePath, found: null };
    const found = await this.#find({ symbolicFilePath, sha256 }, isFirst);
    return this.#decide(symbolicFilePath, found);
  }

  /** Returns whether the server has a finished file with this content at a path, processed in the same way. */
  async hasAt(symbolicFilePath: string, sha256: string): Promise<boolean> {
    const found = await this.#lookups.find({ symbolicFilePath, sha256 });
    return found?.isSame === true && found.state === 'ready';
  }

  #decide(symbolicFilePath: string, found: FoundFile | null): Verdict {
    if (found?.isSame)
      return found.state === 'ready' ? { act: 'skip', reason: 'unchanged', found } : { act: 'follow', found };
    if (found && found.state !== 'uploading' && this.#options.onChange === 'keep') {
      return { act: 'skip', reason: 'kept', found };
    }
    const refusal = found && this.#mayReplace(found);
    if (refusal != null) throw new ValidationError([{ path: ['files'], message: refusal }]);
    return { act: 'process', symbolicFilePath, found };
  }

  /**
   * Looks up a file. If another client is uploading to its path, waits for the upload, which may have been abandoned before this call.
   */
  async #find(file: { symbolicFilePath: string; sha256: string }, isFirst: boolean): Promise<FoundFile | null> {
    for (let polls = isFirst ? uploadPolls.first : uploadPolls.later; ; polls--) {
      const found = await this.#lookups.find(file);
      if (found?.state !== 'uploading' || polls === 0) return found;
      await sleep(uploadPolls.everyMs, this.#options.signal);
    }
  }
}

function readFault(error: unknown): 'gone' | 'unreadable' {
  return isGone(error) ? 'gone' : 'unreadable';
}

/** Returns the directory and the name for a file's output. Outputs mirror the directory structure of their inputs. */
export function outputPlace(
  { path }: FolderPlace,
  directory: string | false | undefined,
): { localSaveDirectory: string | false; outputName: string } {
  const { dir, base } = posix.parse(path);
  return { localSaveDirectory: directory === false ? false : join(directory ?? '.', dir), outputName: base };
}
