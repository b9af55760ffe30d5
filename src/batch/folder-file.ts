import { ApiError, NotFoundError } from '../errors/api-error.js';
import { showResult } from '../print/records.js';
import type { HostedRun } from '../process/hosted-run.js';
import type { FetchOptions } from '../process/output/fetch-output.js';
import type { FileResult } from '../shared/types/files/many-files.js';
import type { ProcessOptions, ProcessResult } from '../shared/types/process.js';
import type { BatchItem, FolderPlace } from './batch-items.js';
import type { FolderPass, Verdict } from './folder-pass.js';
import type { KnownOutputs } from './known-outputs.js';

/** The options for one file. */
export type ItemOptions = ProcessOptions & FetchOptions;

/** The place on the server of a file in a folder. */
export interface Placed {
  readonly symbolicFilePath?: string;
  /** Never set, because `symbolicFilePath` includes the directory. */
  readonly symbolicDirectoryPath?: undefined;
  /** The id of the file that this file replaces. */
  readonly replaces?: string | undefined;
}

/** The parts of a batch that process one file of a folder. */
export interface FileSteps {
  readonly pipeline: string;
  readonly options: ItemOptions;
  readonly outputs: KnownOutputs;
  /** Sends the file and returns its run. */
  readonly start: (placed: Placed) => Promise<HostedRun>;
  /** Returns a handle for a run that another call started. */
  readonly attach: (requestId: string) => HostedRun;
  readonly follow: (run: HostedRun, options: ItemOptions) => Promise<ProcessResult>;
  /** Records in the manifest that the file is finished. */
  readonly record: (result: ProcessResult) => Promise<void>;
}

/** Maximum number of decisions about a file, in case other clients keep changing the file at its path. */
const maxDecisions = 4;

/** Processes a file of a folder, unless the server already has it. @param size The size in bytes. @param ids Receives the run's id. */
export async function processInFolder(
  item: BatchItem & { readonly file: string; readonly place: FolderPlace },
  size: number | undefined,
  folder: FolderPass,
  steps: FileSteps,
  ids: { requestId?: string | undefined },
): Promise<FileResult> {
  const { key, file, place, sha256 } = item;
  for (let decisions = 1; ; decisions++) {
    const verdict = await folder.judge({ key, file, place, size, sha256 }, decisions === 1);
    const { act } = verdict;
    if (act === 'leave')
      return { status: 'skipped', key, reason: verdict.reason, message: verdict.message, result: null };
    steps.outputs.claim(key, steps.options);
    try {
      if (act === 'skip')
        return { status: 'skipped', key, reason: verdict.reason, result: await skipFound(verdict, steps) };
      const result = await (act === 'follow' ? follow(verdict, steps, ids) : send(verdict, steps, ids));
      await steps.record(result);
      const replaced = act === 'process' ? verdict.found?.output?.fileId : undefined;
      return { status: 'succeeded', key, result, ...(replaced !== undefined && { replaced }) };
    } catch (error) {
      if (decisions === maxDecisions || !isOvertaken(error)) throw error;
      // another client has changed the file at the path, so decide again
      ids.requestId = undefined;
    }
  }
}

async function follow(
  { found: { requestId } }: Extract<Verdict, { act: 'follow' }>,
  { attach, follow, options }: FileSteps,
  ids: { requestId?: string | undefined },
): Promise<ProcessResult> {
  ids.requestId = requestId;
  return follow(attach(requestId), options);
}

async function send(
  { symbolicFilePath, found }: Extract<Verdict, { act: 'process' }>,
  { start, follow, options, outputs }: FileSteps,
  ids: { requestId?: string | undefined },
): Promise<ProcessResult> {
  const isEarlier = found?.output != null && (await outputs.has(options, found.output));
  const run = await start({ symbolicFilePath, symbolicDirectoryPath: undefined, replaces: found?.fileId });
  ids.requestId = run.requestId;
  return follow(run, isEarlier ? { ...options, ifExists: 'overwrite' } : options);
}

/** Returns the result for a file that the server already has. If the file is unchanged, a missing output is fetched. */
async function skipFound(
  { reason, found }: Extract<Verdict, { act: 'skip' }>,
  { pipeline, options, outputs, record }: FileSteps,
): Promise<ProcessResult> {
  const { fileId, requestId, output } = found;
  const isWanted = reason === 'unchanged' && output !== null;
  const saved = isWanted ? await outputs.fetch(options, { fileId, output }) : undefined;
  const result = showResult({
    requestId,
    fileId,
    pipeline,
    warnings: [],
    output: (saved?.output ?? null) as ProcessResult['output'],
    outputFiles: saved?.outputFiles ?? [],
  });
  if (reason === 'unchanged') await record(result);
  return result;
}

/** Returns whether an error means that another client has replaced or deleted the file at the path. */
function isOvertaken(error: unknown): boolean {
  if (error instanceof NotFoundError) return true;
  return error instanceof ApiError && ['already_exists', 'gone'].includes(error.serverCode ?? '');
}
