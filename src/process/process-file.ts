import { checkOptions } from '../options/issues.js';
import type { PipelineContext } from '../http/hosted-call.js';
import { openChecked } from './start/check-file.js';
import { withJsonSchemas } from './start/json-schemas.js';
import { startRun } from './start/start-run.js';
import type { BatchPlace } from './start/reserve.js';
import { prepareSaveDirectory } from './output/save-directory.js';
import { HostedRun } from './hosted-run.js';
import { checkProcessOptions, startTable } from './process-options.js';
import type { FileInput } from '../shared/types/files/file-input.js';
import type { ProcessOptions, ProcessResult, StartOptions } from '../shared/types/process.js';
import { withLines, type VerboseLines } from '../wait/verbose-lines.js';
import { throwIfAborted } from '../shared/runtime/abort-reason.js';

/** Uploads a file, then waits for the run and fetches the output, unless `waitForProcess` is `false`. */
export async function processFile(
  context: PipelineContext,
  file: FileInput,
  options: ProcessOptions,
): Promise<ProcessResult | HostedRun> {
  checkProcessOptions(options);
  return withLines(context, options, async (lines) => {
    const run = await startHostedRun(context, file, options, lines, options.idempotencyKey);
    return options.waitForProcess === false ? run : run.follow(options, lines);
  });
}

/** Uploads a file and returns its run. */
export async function startFile(context: PipelineContext, file: FileInput, options: StartOptions): Promise<HostedRun> {
  checkOptions(options, startTable, 'start()');
  return withLines(context, options, (lines) =>
    startHostedRun(context, file, { ...options, waitForProcess: false }, lines, options.idempotencyKey),
  );
}

/**
 * Checks and uploads a file. Resolves once the upload is complete. The options are already validated.
 *
 * @param callersKey The idempotency key, if the caller chose it. The error of a failed run then says how to use the key again.
 */
export async function startHostedRun(
  context: PipelineContext,
  file: FileInput,
  given: ProcessOptions,
  lines: VerboseLines,
  callersKey?: string,
  place?: BatchPlace,
): Promise<HostedRun> {
  throwIfAborted(given.signal);
  const options = withJsonSchemas(given);
  const source = await openChecked(context, file, options);
  if (options.waitForProcess !== false) await prepareSaveDirectory(options);
  const started = await startRun(context, source, options, place);
  if (options.verbose) {
    lines.uploaded(started.label, started.size, started.requestId);
    lines.warnings(started.warnings);
  }
  return new HostedRun(context, started.requestId, { ...started, callersKey });
}
