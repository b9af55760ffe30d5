import type { Readable } from 'node:stream';
import type { Context, Hono } from 'hono';
import { Busboy } from '@fastify/busboy';
import { acceptUpload, extendReservation, uploadGone, hasAcceptedUpload } from '../../engine/hosted/accept-upload.js';
import { BlobTooLargeError, type WrittenBlob } from '../../blobs/blob-store.js';
import { ApiError } from '../api-error.js';
import type { HttpContext, RouteEnv } from '../http-context.js';

/** How long an upload may be idle before it fails, in milliseconds. */
const idleTimeoutMs = 60_000;

/**
 * `POST /_upload`: accepts a multipart form with the presigned fields of a reservation, followed by the file. Streams the file to the
 * blob store in constant memory. Responds with status 204 after the file is durably stored and its run is queued.
 */
export function addUploadRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  app.post('/_upload', async (c) => {
    await receiveForm(http, c);
    return c.body(null, 204);
  });
}

async function receiveForm(http: HttpContext, c: Context<RouteEnv>): Promise<void> {
  const { incoming } = c.env;
  const stop = new AbortController();
  incoming.setTimeout(idleTimeoutMs, () =>
    stop.abort(new ApiError(400, 'timeout', 'The client sent no data for 60 s')),
  );
  incoming.once('close', () => {
    if (!incoming.complete)
      stop.abort(new ApiError(400, 'incomplete', 'The connection closed before the upload was complete'));
  });
  const form = createFormParser(c.req.raw.headers);
  const fields = new Map<string, string>();
  const { bodySeconds } = http.settings;
  const startDeadline = () =>
    setTimeout(() => {
      stop.abort(
        new ApiError(
          400,
          'timeout',
          `Expected the form fields before and after the file to arrive within ${bodySeconds} s`,
        ),
      );
    }, bodySeconds * 1000);
  let deadline = startDeadline();
  let stored: Promise<{ fileId: string; blob: WrittenBlob }> | undefined;
  const parsed = new Promise<void>((resolve, reject) => {
    const rejectForm = () =>
      reject(new ApiError(400, 'validation', 'Expected the upload to be a complete multipart form'));
    form.on('field', (name, value) => fields.set(name, value));
    form.on('file', (name, stream) => {
      // the stream can fail before it is read, and without a listener, the error event would crash the process
      stream.on('error', (error) => {
        rejectForm();
        stream.destroy(error);
      });
      if (name !== 'file') {
        stream.resume();
        reject(new ApiError(400, 'validation', 'Expected the form part with the file to be named `file`'));
        return;
      }
      clearTimeout(deadline);
      stored = storeFile(http, fields, stream, {
        signal: stop.signal,
        expectedBytes: Number(incoming.headers['content-length'] ?? 0),
      });
      stored.then(
        () => {
          if (!incoming.readableEnded) deadline = startDeadline();
        },
        (error: unknown) => {
          stream.resume();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
    form.once('filesLimit', () =>
      reject(new ApiError(400, 'validation', 'Expected only one file in the form, got several')),
    );
    form.once('finish', resolve);
    form.on('error', rejectForm);
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason as Error), { once: true });
  });
  incoming.pipe(form);
  try {
    await parsed;
    if (!stored) throw new ApiError(400, 'validation', 'Expected the form to have a part named `file`, got none');
  } catch (error) {
    stop.abort(error);
    incoming.unpipe(form);
    incoming.resume();
    await stored?.then(
      ({ blob }) => http.engine.blobs.delete(blob.key),
      () => undefined,
    );
    throw error;
  } finally {
    clearTimeout(deadline);
  }
  const { fileId, blob } = await stored;
  // a repeated upload also succeeds, but has no effect
  await acceptUpload(http.engine, fileId, blob);
}

function createFormParser(headers: Headers): ReturnType<typeof Busboy> {
  try {
    return Busboy({
      headers: { 'content-type': headers.get('content-type') ?? '' },
      limits: { fields: 20, fieldSize: 16_384, fieldNameSize: 200, files: 1, headerPairs: 20, parts: 22 },
    });
  } catch {
    throw new ApiError(400, 'validation', 'Expected a multipart/form-data body with a boundary');
  }
}

/**
 * Streams a form's file to a blob. Keeps extending the reservation until all data has arrived.
 *
 * @throws `ApiError` 403 if the presigned fields are invalid or have expired; 400 if the file is empty; 413 if it is too large.
 * @throws `EngineError` `gone` if the reservation no longer exists and no earlier upload of the file was accepted.
 */
async function storeFile(
  http: HttpContext,
  fields: ReadonlyMap<string, string>,
  stream: Readable,
  { signal, expectedBytes }: { signal: AbortSignal; expectedBytes: number },
): Promise<{ fileId: string; blob: WrittenBlob }> {
  const fileId = fields.get('key') ?? '';
  if (!http.presigner.allows('upload', fileId, fields.get('policy'), fields.get('signature'))) {
    throw new ApiError(403, 'forbidden', 'This upload URL is invalid or has expired: request a new one');
  }
  // also continue if an earlier upload was accepted, because its response may have been lost
  const canContinue = async () =>
    (await extendReservation(http.engine, fileId)) || (await hasAcceptedUpload(http.engine.db, fileId));
  if (!(await canContinue())) throw uploadGone();
  const stop = new AbortController();
  const forwardAbort = () => stop.abort(signal.reason);
  signal.addEventListener('abort', forwardAbort, { once: true });
  const extend = async () => {
    if (!(await canContinue())) stop.abort(uploadGone());
  };
  const extendTimer = setInterval(
    () => void extend().catch(() => undefined),
    (http.settings.reservationSeconds * 1000) / 3,
  ).unref();
  try {
    const blob = await http.engine.blobs.write(stream, {
      maxBytes: http.settings.maxFileBytes,
      expectedBytes,
      signal: stop.signal,
    });
    if (blob.bytes === 0) {
      await http.engine.blobs.delete(blob.key);
      throw new ApiError(400, 'validation', 'Expected the file to have content, got an empty file');
    }
    return { fileId, blob };
  } catch (error) {
    if (error instanceof BlobTooLargeError) throw new ApiError(413, 'too_large', error.message);
    throw error;
  } finally {
    clearInterval(extendTimer);
    signal.removeEventListener('abort', forwardAbort);
  }
}
