import { Readable } from 'node:stream';
import { MillraceError } from '../../errors/millrace-error.js';
import { ResponseShapeError } from '../../errors/response-error.js';
import type { PipelineContext } from '../../http/call-hosted.js';
import { uploadResumably } from '../../http/transfer/resumable-upload.js';
import { upload } from '../../http/transfer/upload.js';
import { pickRequestOptions } from '../../options/request-options.js';
import type { Limits } from '../../shared/types/limits.js';
import type { ProcessOptions } from '../../shared/types/process.js';
import { buildFileBody } from '../../shared/wire/bodies.js';
import type { FileSource } from './file-source.js';
import type { Reservation } from './reserve.js';

/** The state of an upload, which determines how a failure is handled. */
export interface UploadState {
  /** Whether the upload took more than one attempt. */
  wasRetried: boolean;
  /**
   * Whether the reservation was kept after a failure. If true, a call with the same idempotency key can continue the upload, provided that
   * the server supports idempotency keys and the file can be read again.
   */
  isReservationKept: boolean;
}

/** Timeout for removing a reservation, in milliseconds. */
const removalTimeoutMs = 5000;

/**
 * Uploads the file for a reservation. Does nothing if the server already has the content. If the upload fails, tries to remove the
 * reservation, unless the whole file may have arrived, the upload can continue later, or the caller set an idempotency key.
 *
 * @returns The file's size in bytes.
 * @throws `ResponseShapeError` if the server did not specify an upload URL; any error from the upload.
 */
export async function sendFile(
  context: PipelineContext,
  source: FileSource,
  { fileId, form, fileName, content }: Reservation,
  limits: Limits,
  options: ProcessOptions,
  state: UploadState,
): Promise<number> {
  if (content && !form) return content.length;
  if (!form)
    throw new ResponseShapeError(
      `Could not upload ${source.label}: the server did not specify an upload URL.`,
      undefined,
    );
  const body = content ? { ...source, isRepeatable: true, open: () => Readable.from([content]) } : source;
  let sentByteCount = body.size ?? 0;
  let mayHaveArrived = false as boolean;
  const uploadOptions = {
    ...pickRequestOptions(options),
    onProgress: options.onUploadProgress,
    onRetry: () => {
      state.wasRetried = true;
    },
    onOutcomeUnknown: () => {
      mayHaveArrived = true;
    },
    onSent: (byteCount: number) => {
      sentByteCount = byteCount;
    },
  };
  try {
    if (isResumable(body, limits)) {
      await uploadResumably(context.connection, form, { ...body, ...body.seek }, uploadOptions);
    } else await upload(context.connection, form, body, fileName, uploadOptions);
    return sentByteCount;
  } catch (error) {
    const canContinue = isResumable(body, limits) && error instanceof MillraceError && error.retryable;
    // if the caller set an idempotency key, the reservation may be from an earlier call that uploaded the whole file
    state.isReservationKept = mayHaveArrived || canContinue || options.idempotencyKey !== undefined;
    if (!state.isReservationKept) {
      const removal = removeReservation(context, fileId);
      // an aborted call must not wait for the removal
      if (options.signal?.aborted !== true) await removal;
    }
    throw error;
  }
}

type ResumableSource = FileSource & { readonly size: number; readonly seek: NonNullable<FileSource['seek']> };

/** Returns whether to use a resumable upload: the server supports it, and the file is large and can be read from any offset. */
function isResumable(source: FileSource, { resumableBytes }: Limits): source is ResumableSource {
  const { seek, size } = source;
  return seek !== undefined && size !== undefined && resumableBytes !== null && size >= resumableBytes;
}

/** Tries to remove a reservation. Only logs errors, because the server removes abandoned reservations itself. */
async function removeReservation({ connection, name }: PipelineContext, fileId: string): Promise<void> {
  try {
    await connection.send(
      {
        action: `remove the reservation for file ${fileId}`,
        path: '/krixik-core-delete',
        json: buildFileBody(name, fileId),
      },
      { timeout: removalTimeoutMs, maxRetries: 0 },
    );
  } catch (error) {
    connection.settings.log.debug(`failed to remove the reservation for file ${fileId}`, { error: String(error) });
  }
}
