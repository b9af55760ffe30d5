import { checkOptions } from '../options/issues.js';
import type { PipelineContext } from '../http/call-hosted.js';
import { openAndCheckFile } from './start/check-file.js';
import { withJsonSchemas } from './start/json-schemas.js';
import { startRun } from './start/start-run.js';
import type { BatchEntry } from './start/reserve.js';
import { prepareSaveDirectory } from './output/save-directory.js';
import { HostedRun } from './hosted-run.js';
import { checkProcessOptions, startRules } from './process-options.js';
import type { FileInput } from '../shared/types/files/file-input.js';
import type { ProcessOptions, ProcessResult, StartOptions } from '../shared/types/process.js';
import { withVerbosePrinter, type VerbosePrinter } from '../wait/verbose-printer.js';
import { throwIfAborted } from '../shared/runtime/abort-reason.js';

/** Uploads a file, waits for its run, and returns the result. If `waitForProcess` is false, returns the run's handle after the upload. */
export async function processFile(
  context: PipelineContext,
  file: FileInput,
  options: ProcessOptions,
): Promise<ProcessResult | HostedRun> {
  checkProcessOptions(options);
  return withVerbosePrinter(context, options, async (printer) => {
    const run = await startHostedRun(context, file, options, printer, options.idempotencyKey);
    return options.waitForProcess === false ? run : run.follow(options, printer);
  });
}

/** Uploads a file and returns the handle of its run. */
export async function startFile(context: PipelineContext, file: FileInput, options: StartOptions): Promise<HostedRun> {
  checkOptions(options, startRules, 'start()');
  return withVerbosePrinter(context, options, (printer) =>
    startHostedRun(context, file, { ...options, waitForProcess: false }, printer, options.idempotencyKey),
  );
}

/**
 * Checks a file, its metadata and the modules, and then uploads the file. Resolves when the upload is complete. All other options must be
 * valid.
 *
 * @param callerIdempotencyKey The idempotency key, if the caller set one. The error of a failed run then says that the same
 * call starts a new run.
 */
export async function startHostedRun(
  context: PipelineContext,
  file: FileInput,
  processOptions: ProcessOptions,
  printer: VerbosePrinter,
  callerIdempotencyKey?: string,
  batchEntry?: BatchEntry,
): Promise<HostedRun> {
  throwIfAborted(processOptions.signal);
  const options = withJsonSchemas(processOptions);
  const source = await openAndCheckFile(context, file, options);
  if (options.waitForProcess !== false) await prepareSaveDirectory(options);
  const started = await startRun(context, source, options, batchEntry);
  if (options.verbose) {
    printer.showUpload(started.label, started.size, started.requestId);
    printer.showWarnings(started.warnings);
  }
  return new HostedRun(context, started.requestId, { ...started, callerIdempotencyKey });
}
