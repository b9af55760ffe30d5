import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { NotFoundError } from '../errors/api-error.js';
import { ValidationError } from '../errors/validation-error.js';
import type { PipelineContext } from '../http/call-hosted.js';
import { fetchOutput, type FetchOptions } from '../process/output/fetch-output.js';
import { hasContent } from '../process/output/output-file.js';
import { foldName } from '../shared/rules/files/fold-name.js';
import type { FoundFile } from '../shared/types/files/file-lookup.js';
import type { ProcessResult } from '../shared/types/process.js';
import { isWithin } from '../shared/runtime/is-within.js';

type Output = NonNullable<FoundFile['output']>;
type Fetched = Pick<ProcessResult, 'outputFiles'> & { readonly output: unknown };

/** Finds local copies of outputs, fetches missing ones, and lets only one file claim each local path. */
export class LocalOutputs {
  readonly #context: PipelineContext;
  /** The key of the file that owns each local path, by folded path (see `foldName`). */
  readonly #ownerKeyByPath = new Map<string, string>();

  constructor(context: PipelineContext) {
    this.#context = context;
  }

  /**
   * Claims the local path of a file's output, without the extension. The first file to claim a path owns it.
   *
   * @throws `ValidationError` if another file owns the path.
   */
  claim(key: string, options: FetchOptions): void {
    const path = getOutputPath(options, '');
    const owner = this.claimIfFree(key, options);
    if (path === undefined || owner === key) return;
    const message = `Expected each file to have a unique output path, ignoring case and Unicode form, got ${path} for '${owner}' and '${key}'. Rename one of them, or use a different localSaveDirectory for each directory`;
    throw new ValidationError([{ path: ['localSaveDirectory'], message }]);
  }

  /** Like {@link claim}, but returns the owner's key instead of throwing an error. Returns `key` if the output is not saved. */
  claimIfFree(key: string, options: FetchOptions): string {
    const path = options.downloadOutput === false ? undefined : getOutputPath(options, '');
    if (path === undefined) return key;
    const folded = foldName(path);
    const owner = this.#ownerKeyByPath.get(folded) ?? key;
    this.#ownerKeyByPath.set(folded, owner);
    return owner;
  }

  /** Returns whether the local copy of an output exists and has the same content. */
  async isSaved(options: FetchOptions, { extension, bytes, sha256 }: Output): Promise<boolean> {
    const path = getOutputPath(options, extension);
    if (path === undefined) return false;
    const expected = { length: bytes, sha256: Buffer.from(sha256, 'hex').toString('base64') };
    return hasContent(path, expected, options.signal);
  }

  /** Fetches an output, unless an identical local copy exists. Returns `undefined` if `downloadOutput` is false. */
  async fetch(
    options: FetchOptions,
    { fileId, output }: { readonly fileId: string; readonly output: Output },
  ): Promise<Fetched | undefined> {
    if (options.downloadOutput === false) return undefined;
    const path = getOutputPath(options, output.extension);
    if (path !== undefined && (await this.isSaved(options, output))) return { output: null, outputFiles: [path] };
    return fetchOutput(this.#context, fileId, options);
  }

  /**
   * Fetches the output of a file that an earlier call processed.
   *
   * @returns The paths of the saved files; `undefined` if the server no longer has the output.
   */
  async fetchAgain(options: FetchOptions, fileId: string): Promise<string[] | undefined> {
    try {
      return (await fetchOutput(this.#context, fileId, options)).outputFiles;
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }
}

/**
 * Returns whether all output files that an earlier call saved are still in the output directory: false if that call saved no files, and
 * true if the options disable saving.
 */
export async function areOutputsSaved(
  { localSaveDirectory = '.', downloadOutput }: FetchOptions,
  outputFiles: readonly string[],
): Promise<boolean> {
  if (downloadOutput === false || localSaveDirectory === false) return true;
  const directory = resolve(localSaveDirectory);
  const found = await Promise.all(
    outputFiles.map(async (path) => isWithin(path, directory) && stat(path).catch(() => undefined)),
  );
  return outputFiles.length > 0 && found.every(Boolean);
}

function getOutputPath(
  { localSaveDirectory = '.', outputName = '' }: FetchOptions,
  extension: string,
): string | undefined {
  return localSaveDirectory === false ? undefined : resolve(join(localSaveDirectory, `${outputName}${extension}`));
}
