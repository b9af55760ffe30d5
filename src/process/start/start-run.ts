import { randomUUID } from 'node:crypto';
import type { PipelineContext } from '../../http/hosted-call.js';
import { pickRequestOptions } from '../../options/request-options.js';
import { serverWarnings, type RunWarning } from '../../shared/runs/run-warning.js';
import type { ProcessOptions } from '../../shared/types/process.js';
import { checkFile } from './check-file.js';
import type { FileSource } from './file-source.js';
import { reserve } from './reserve.js';
import { sendFile } from './send-file.js';
import { readServerFacts } from './server-facts.js';

/** A run whose file has been uploaded. The run continues even if this process exits. */
export interface StartedRun {
  readonly requestId: string;
  readonly fileId: string;
  readonly warnings: RunWarning[];
  /** The file's path or name as the caller specified it, for use in messages. */
  readonly label: string;
  readonly size: number | undefined;
}

/** Checks the file against the server's limits, reserves a place for it, and uploads it. */
export async function startRun(
  context: PipelineContext,
  source: FileSource,
  options: ProcessOptions,
): Promise<StartedRun> {
  const facts = await readServerFacts(context, options.modules, pickRequestOptions(options));
  await checkFile(context, source, options, facts);
  const reservation = await reserve(context, source, facts, options, options.idempotencyKey ?? randomUUID());
  const sent = await sendFile(context, source, reservation, facts.limits, options);
  options.onUploadProgress?.({ loaded: sent, total: sent });
  const { requestId, fileId, warnings } = reservation;
  return { requestId, fileId, warnings: serverWarnings(warnings), label: source.label, size: source.size };
}
