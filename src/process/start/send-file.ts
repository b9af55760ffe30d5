import { Readable } from 'node:stream';
import { ResponseShapeError } from '../../errors/response-error.js';
import type { PipelineContext } from '../../http/hosted-call.js';
import { uploadResumably } from '../../http/transfer/resumable-upload.js';
import { upload } from '../../http/transfer/upload.js';
import { pickRequestOptions } from '../../options/request-options.js';
import type { Limits } from '../../shared/types/limits.js';
import type { ProcessOptions } from '../../shared/types/process.js';
import { fileBody } from '../../shared/wire/bodies.js';
import type { FileSource } from './file-source.js';
import type { Reservation } from './reserve.js';

/** Timeout for removing a reservation, in milliseconds. */
const removalTimeout = 5000;

/**
 * Uploads a file to its reservation, unless its content was included in the reservation request. If the upload fails, the
 * reservation is removed. If the whole file may have arrived, the reservation is kept, because a complete file is never deleted.
 *
 * @returns The number of bytes sent.
 */
export async function sendFile(
  context: PipelineContext,
  source: FileSource,
  { fileId, form, fileName, content }: Reservation,
  limits: Limits,
  options: ProcessOptions,
): Promise<number> {
  if (content && !form) return content.length;
  if (!form)
    throw new ResponseShapeError(
      `Could not upload ${source.label}: the server did not specify an upload URL.`,
      undefined,
    );
  const body = content ? { ...source, repeatable: true, open: () => Readable.from([content]) } : source;
  const { size, seek } = body;
  let sent = size ?? 0;
  let mayHaveArrived = false as boolean;
  const uploadOptions = {
    ...pickRequestOptions(options),
    onProgress: options.onUploadProgress,
    onOutcomeUnknown: () => {
      mayHaveArrived = true;
    },
    onSent: (bytes: number) => {
      sent = bytes;
    },
  };
  try {
    if (seek && size !== undefined && limits.resumableBytes !== null && size >= limits.resumableBytes) {
      await uploadResumably(context.connection, form, { ...body, ...seek, size }, uploadOptions);
    } else await upload(context.connection, form, body, fileName, uploadOptions);
    return sent;
  } catch (error) {
    // if the caller set the idempotency key, the reservation may belong to an earlier run whose file is complete
    if (!mayHaveArrived && options.idempotencyKey === undefined) {
      const removed = removeReservation(context, fileId);
      // an aborted call does not wait
      if (options.signal?.aborted !== true) await removed;
    }
    throw error;
  }
}

/** Tries to remove a reservation. Never rejects, because the server removes abandoned reservations after a minute anyway. */
async function removeReservation({ connection, name }: PipelineContext, fileId: string): Promise<void> {
  try {
    await connection.send(
      { what: `remove the reservation for file ${fileId}`, path: '/krixik-core-delete', json: fileBody(name, fileId) },
      { timeout: removalTimeout, maxRetries: 0 },
    );
  } catch (error) {
    connection.settings.log.debug(`failed to remove the reservation for file ${fileId}`, { error: String(error) });
  }
}
