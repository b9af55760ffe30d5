import { relative } from 'node:path';
import {
  isMillraceError,
  type Pipeline,
  type ProcessOptions,
  type ProcessResult,
  type ProcessEvent,
  type SkipReason,
} from '../../../index.js';
import { getProgressFraction, describeStage, formatWarnings } from '../../output/describe-run.js';
import { translateArgumentNames } from '../../output/cli-names.js';
import { exitCode, type ExitCode } from '../../output/exit-code.js';
import { explainError } from '../../output/explain-error.js';
import { makePrintable } from '../../output/printable.js';
import type { ProgressDisplay } from '../../output/progress-display.js';
import type { Secrets } from '../../output/redact.js';

/** The outcome of processing one file: what to print, and the exit code. */
export interface FileOutcome {
  readonly file: string;
  /** The object to print with `--json`. */
  readonly record: Readonly<Record<string, unknown>>;
  /** The line to print without `--json`. Missing if processing failed or was interrupted. */
  readonly line?: string;
  /** The error message if processing failed or was interrupted. */
  readonly errorMessage?: string;
  readonly warnings: readonly string[];
  readonly code: ExitCode;
  /** The file's id on the server, if known. Missing if processing failed or was interrupted. */
  readonly fileId?: string | undefined;
  /** When the server deletes the file, in ISO 8601 format. Missing if the time is unknown or the file never expires. */
  readonly expiresAt?: string | undefined;
}

interface ProcessFileContext {
  readonly secrets: Secrets;
  readonly options: ProcessOptions;
  readonly signal: AbortSignal;
  readonly progress: ProgressDisplay;
  /** The path of the file to read, if it differs from the command-line argument, for example for standard input. */
  readonly path?: string | undefined;
}

/** Processes one file. Never rejects: an error is returned as an outcome so that other files are still processed. */
export async function processFile(pipeline: Pipeline, file: string, context: ProcessFileContext): Promise<FileOutcome> {
  const { options, signal, progress, secrets, path = file } = context;
  let requestId: string | undefined;
  let expiresAt: string | undefined;
  const onStatus = (event: ProcessEvent): void => {
    if (event.type === 'uploaded') ({ requestId } = event);
    // read the expiry from every event that has a status, because a short run may end without a progress event
    if ('status' in event) expiresAt = event.status.expiresAt ?? undefined;
    showEvent(progress, file, event);
  };
  progress.update(file, 'reading');
  try {
    const result = await pipeline.process(path, {
      ...options,
      signal,
      onStatus,
      onUploadProgress: ({ loaded, total }) => progress.update(file, 'uploading', total ? loaded / total : undefined),
      onDownloadProgress: ({ loaded, total }) =>
        progress.update(file, 'downloading', total ? loaded / total : undefined),
    });
    return 'outputFiles' in result
      ? { ...createCompletedOutcome(file, result), expiresAt }
      : createStartedOutcome(file, pipeline.name, { requestId: result.requestId, fileId: result.fileId });
  } catch (error) {
    return signal.aborted
      ? createInterruptedOutcome(file, pipeline.name, requestId)
      : createFailedOutcome(file, pipeline.name, { requestId, error, secrets });
  }
}

function showEvent(progress: ProgressDisplay, file: string, event: ProcessEvent): void {
  if (event.type === 'uploaded') progress.update(file, 'uploaded', 0);
  if (event.type === 'progress') progress.update(file, describeStage(event.status), getProgressFraction(event.status));
}

/** Creates the outcome for a completed file or, if `skipReason` is given, for a file skipped because of an earlier result. */
export function createCompletedOutcome(
  file: string,
  result: ProcessResult,
  { skipReason, replaced }: { skipReason?: SkipReason | undefined; replaced?: string | undefined } = {},
): FileOutcome {
  const label = replaced === undefined ? 'completed' : 'completed, replacing the earlier version';
  const { requestId, fileId, outputFiles, warnings } = result;
  const savedPaths = outputFiles.map((path) => relative('', path)).join(', ');
  return {
    file,
    record: {
      file,
      status: skipReason ? 'skipped' : 'completed',
      ...(skipReason && { reason: skipReason }),
      ...(replaced !== undefined && { replaced }),
      ...result,
    },
    line: makePrintable(
      `${file}: ${skipReason ? skipDescriptions[skipReason] : label}, file ${fileId}${savedPaths === '' ? '' : `, saved ${savedPaths}`}`,
    ),
    warnings: formatWarnings(requestId, warnings),
    code: exitCode.ok,
    fileId,
  };
}

const skipDescriptions: Readonly<Record<SkipReason, string>> = {
  done: 'already done',
  unchanged: 'unchanged',
  kept: 'changed, but the earlier version is kept',
};

/** Creates the outcome for a file that was skipped and has no result. */
export function createSkippedOutcome(file: string, reason: string, message: string): FileOutcome {
  return {
    file,
    record: { file, status: 'skipped', reason, message },
    line: makePrintable(`${file}: skipped: ${translateArgumentNames(message)}`),
    warnings: [],
    code: exitCode.ok,
  };
}

function createStartedOutcome(
  file: string,
  pipeline: string,
  ids: { requestId: string; fileId: string | undefined },
): FileOutcome {
  const { requestId, fileId } = ids;
  return {
    file,
    record: { file, status: 'started', requestId, fileId, pipeline },
    line: makePrintable(`${file}: started, run ${requestId}${fileId === undefined ? '' : `, file ${fileId}`}`),
    warnings: [],
    code: exitCode.ok,
    fileId,
  };
}

export function createFailedOutcome(
  file: string,
  pipeline: string,
  failure: { requestId: string | undefined; error: unknown; secrets: Secrets },
): FileOutcome {
  const { requestId, error, secrets } = failure;
  const { message, code } = explainError(error);
  const errorCode = isMillraceError(error) ? error.code : 'local';
  return {
    file,
    record: {
      file,
      status: 'failed',
      requestId,
      pipeline,
      error: { code: errorCode, message: secrets.redact(message) },
    },
    errorMessage: message,
    warnings: isMillraceError(error, 'process_failed')
      ? formatWarnings(error.status.requestId, error.status.warnings)
      : [],
    code,
  };
}

function createInterruptedOutcome(file: string, pipeline: string, requestId: string | undefined): FileOutcome {
  const message =
    requestId === undefined
      ? 'not uploaded'
      : `interrupted, but run ${requestId} may continue ('millrace cancel ${requestId}' stops it)`;
  return {
    file,
    record: { file, status: 'interrupted', requestId, pipeline },
    errorMessage: message,
    warnings: [],
    code: exitCode.interrupted,
  };
}
