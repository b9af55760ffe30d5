import { createHash, randomUUID } from 'node:crypto';
import { NotFoundError } from '../../errors/api-error.js';
import { addRetryAdvice } from '../../errors/retry-advice.js';
import type { PipelineContext } from '../../http/call-hosted.js';
import { pickRequestOptions } from '../../options/request-options.js';
import { toRunWarnings, type RunWarning } from '../../shared/runs/run-warning.js';
import type { ProcessOptions } from '../../shared/types/process.js';
import { checkFile } from './check-file.js';
import type { FileSource } from './file-source.js';
import { reserveRun, type BatchEntry, type Reservation } from './reserve.js';
import { sendFile, type UploadState } from './send-file.js';
import { getServerDetails, type ServerDetails } from './server-details.js';

/** A run whose file has been uploaded. The run continues even if this process exits. */
export interface StartedFileRun {
  readonly requestId: string;
  readonly fileId: string;
  readonly warnings: RunWarning[];
  /** Describes the file in messages. */
  readonly label: string;
  /** The file's size in bytes, or `undefined` if it was unknown before the upload. */
  readonly size: number | undefined;
}

/**
 * Checks the file and the options against the server's features, limits and modules, creates a reservation, and uploads the file.
 *
 * @throws `ValidationError` if the file or an option is invalid; any error from a request or from reading the file. If the upload fails
 * with a retryable error, its message says how to continue or start again.
 */
export async function startRun(
  context: PipelineContext,
  source: FileSource,
  options: ProcessOptions,
  batchEntry?: BatchEntry,
): Promise<StartedFileRun> {
  const server = await getServerDetails(context, options.modules, pickRequestOptions(options));
  await checkFile(context, source, options, server);
  const key = options.idempotencyKey ?? randomUUID();
  const state: UploadState = { wasRetried: false, isReservationKept: false };
  const { outages } = context.connection;
  const failuresBefore = outages.failureCount;
  const { reservation, sent } = await reserveAndSend(context, source, server, options, key, state, batchEntry).catch(
    (error: unknown) => {
      // if no earlier attempt failed, someone deleted the file on purpose, so do not start again
      const mayBeLost = state.wasRetried || outages.failureCount > failuresBefore;
      if (!(error instanceof NotFoundError) || !mayBeLost || !source.isRepeatable) throw error;
      // the server may have lost the reservation during an outage, or removed it as abandoned
      return reserveAndSend(context, source, server, options, renewIdempotencyKey(key), state, batchEntry);
    },
  );
  options.onUploadProgress?.({ loaded: sent, total: sent });
  const { requestId, fileId, warnings } = reservation;
  return { requestId, fileId, warnings: toRunWarnings(warnings), label: source.label, size: source.size };
}

/** Derives the idempotency key of a second reservation from the first key, so that a repeated call does not create a third reservation. */
export function renewIdempotencyKey(key: string): string {
  return createHash('sha256').update(`${key} renewed`).digest('base64url');
}

async function reserveAndSend(
  context: PipelineContext,
  source: FileSource,
  server: ServerDetails,
  options: ProcessOptions,
  idempotencyKey: string,
  state: UploadState,
  batchEntry: BatchEntry | undefined,
): Promise<{ reservation: Reservation; sent: number }> {
  const call = `pipeline.process(file, { idempotencyKey: '${idempotencyKey}' })`;
  const advice = `To continue, make the same call with this key:\n${call}`;
  const canContinue = server.kind === 'millrace' && source.isRepeatable;
  const reservation = await reserveRun(context, source, server, options, idempotencyKey, batchEntry).catch(
    (error: unknown) => {
      throw canContinue ? addRetryAdvice(error, { idempotencyKey, advice }) : error;
    },
  );
  const sent = await sendFile(context, source, reservation, server.limits, options, state).catch((error: unknown) => {
    const { requestId, fileId } = reservation;
    if (canContinue && state.isReservationKept)
      throw addRetryAdvice(error, { requestId, fileId, idempotencyKey, advice });
    throw addRetryAdvice(error, { requestId, fileId, advice: 'To start again, make the same call.' });
  });
  return { reservation, sent };
}
