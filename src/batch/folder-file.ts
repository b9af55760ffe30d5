import { ApiError, NotFoundError } from '../errors/api-error.js';
import { toPrintableResult } from '../print/records.js';
import type { HostedRun } from '../process/hosted-run.js';
import type { FetchOptions } from '../process/output/fetch-output.js';
import type { FileResult } from '../shared/types/files/many-files.js';
import type { ProcessOptions, ProcessResult } from '../shared/types/process.js';
import type { BatchItem, FolderLocation } from './batch-items.js';
import { getOutputLocation, type Decision, type FolderComparer } from './folder-comparer.js';
import type { LocalOutputs } from './local-outputs.js';

/** The options for processing one file and saving its output. */
export type ItemOptions = ProcessOptions & FetchOptions;

/** Where on the server to store a file from a local folder. */
export interface UploadTarget {
  readonly symbolicFilePath?: string;
  /** `undefined` clears the batch's option, because `symbolicFilePath` already includes the directory. */
  readonly symbolicDirectoryPath?: undefined;
  /** The id of the file that this file replaces. */
  readonly replaces?: string | undefined;
}

/** The options and callbacks for processing one file in a folder. */
export interface FileContext {
  readonly pipeline: string;
  readonly options: ItemOptions;
  readonly outputs: LocalOutputs;
  /** Uploads the file and returns its run. */
  readonly start: (target: UploadTarget) => Promise<HostedRun>;
  /** Returns a handle for a run that another call started. */
  readonly attach: (requestId: string) => HostedRun;
  readonly follow: (run: HostedRun, options: ItemOptions) => Promise<ProcessResult>;
  /** Records the file as succeeded in the manifest, if there is one. */
  readonly recordSuccess: (result: ProcessResult) => Promise<void>;
}

/** Maximum number of attempts for a file, in case other clients keep changing the file at its symbolic path. */
const maxAttempts = 4;

/**
 * Compares a file in a folder with the server's file, then uploads the local file, waits for an existing run, or skips the
 * file.
 *
 * @param size The size in bytes.
 * @param currentRun Receives the run's id as soon as the run is known.
 */
export async function processFolderFile(
  item: BatchItem & { readonly file: string; readonly location: FolderLocation },
  size: number | undefined,
  comparer: FolderComparer,
  context: FileContext,
  currentRun: { requestId?: string | undefined },
): Promise<FileResult> {
  const { key, file, location, sha256 } = item;
  for (let attempt = 1; ; attempt++) {
    const decision = await comparer.decide({ key, file, location, size, sha256 }, attempt === 1);
    const { action } = decision;
    if (action === 'exclude')
      return { status: 'skipped', key, reason: decision.reason, message: decision.message, result: null };
    context.outputs.claim(key, context.options);
    try {
      if (action === 'skip')
        return { status: 'skipped', key, reason: decision.reason, result: await readExisting(decision, context) };
      const result = await (action === 'follow'
        ? followExisting(decision, context, currentRun)
        : uploadAndFollow(decision, context, currentRun));
      await context.recordSuccess(result);
      const replaced = action === 'process' ? decision.found?.output?.fileId : undefined;
      return { status: 'succeeded', key, result, ...(replaced !== undefined && { replaced }) };
    } catch (error) {
      if (attempt === maxAttempts || !isConflictError(error)) throw error;
      // another client has changed the file at the symbolic path, so compare again
      currentRun.requestId = undefined;
    }
  }
}

async function followExisting(
  { found: { requestId } }: Extract<Decision, { action: 'follow' }>,
  { attach, follow, options }: FileContext,
  currentRun: { requestId?: string | undefined },
): Promise<ProcessResult> {
  currentRun.requestId = requestId;
  return follow(attach(requestId), options);
}

async function uploadAndFollow(
  { symbolicFilePath, found }: Extract<Decision, { action: 'process' }>,
  { start, follow, options, outputs }: FileContext,
  currentRun: { requestId?: string | undefined },
): Promise<ProcessResult> {
  const isEarlierOutputSaved = found?.output != null && (await outputs.isSaved(options, found.output));
  const run = await start({ symbolicFilePath, symbolicDirectoryPath: undefined, replaces: found?.fileId });
  currentRun.requestId = run.requestId;
  return follow(run, isEarlierOutputSaved ? { ...options, ifExists: 'overwrite' } : options);
}

/** Returns the result for a file that the server already has. If the file is unchanged, fetches its output unless a local copy exists. */
async function readExisting(
  { reason, found }: Extract<Decision, { action: 'skip' }>,
  { pipeline, options, outputs, recordSuccess }: FileContext,
): Promise<ProcessResult> {
  const { fileId, requestId, output } = found;
  const needsOutput = reason === 'unchanged' && output !== null;
  const saved = needsOutput ? await outputs.fetch(options, { fileId, output }) : undefined;
  const result = toPrintableResult({
    requestId,
    fileId,
    pipeline,
    warnings: [],
    output: (saved?.output ?? null) as ProcessResult['output'],
    outputFiles: saved?.outputFiles ?? [],
  });
  if (reason === 'unchanged') await recordSuccess(result);
  return result;
}

/** Returns whether an error means that another client has replaced or deleted the file at the symbolic path. */
function isConflictError(error: unknown): boolean {
  if (error instanceof NotFoundError) return true;
  return error instanceof ApiError && ['already_exists', 'gone'].includes(error.serverCode ?? '');
}

/** Returns an item's options: the batch's options, the item's metadata and, if a comparer is open, the options for the item's location. */
export function buildItemOptions(
  options: ProcessOptions,
  { metadata, location }: BatchItem,
  comparer: FolderComparer | undefined,
): ItemOptions {
  const { fileName, symbolicFilePath, ...otherMetadata } = metadata;
  const { localSaveDirectory, expireTime, ifExists } = options;
  return {
    ...options,
    ...otherMetadata,
    ...(fileName !== undefined && { fileName }),
    ...(symbolicFilePath !== undefined && { symbolicFilePath }),
    ...(comparer &&
      location && {
        ...getOutputLocation(location, localSaveDirectory),
        expireTime: expireTime === undefined ? comparer.defaultExpireTime : expireTime,
        ifExists: ifExists ?? location.ifExists,
      }),
  };
}
