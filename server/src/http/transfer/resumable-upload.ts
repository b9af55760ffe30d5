import type { Context, Hono } from 'hono';
import { formatValue } from 'millrace/shared/rules/format-value.js';
import { BlobTooLargeError, DiskFullError } from '../../blobs/blob-store.js';
import { acceptUpload, uploadGone, hasAcceptedUpload } from '../../engine/hosted/accept-upload.js';
import {
  startResumableUpload,
  findResumableUpload,
  extendResumableUpload,
  type ResumableUpload,
} from '../../engine/hosted/resumable-upload.js';
import { ApiError, notFound } from '../api-error.js';
import type { HttpContext, RouteEnv } from '../http-context.js';

/** How long an upload may be idle before it fails, in milliseconds. */
const idleTimeoutMs = 60_000;
const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * `/_upload/:file`: accepts the file of a reservation in any number of chunks, using the tus 1.0 protocol
 * (https://tus.io/protocols/resumable-upload) with the extensions creation, termination and expiration. The client sends the `policy` and
 * `signature` of the presigned form in the `upload-policy` and `upload-signature` headers.
 *
 * `@tus/server` is not used, because it manages the metadata and expiry of each upload itself, whereas this server stores both with the
 * reservation.
 */
export function addResumableUploadRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const path = '/_upload/:file';
  /**
   * The chunk that this process is receiving for each file. A new chunk for the same file aborts it, because the client has probably lost
   * its previous connection.
   */
  const activeChunks = new Map<string, { stop: AbortController; progress: Promise<unknown> }>();
  const { engine, settings } = http;
  const abortChunk = async (fileId: string, reason: Error) => {
    const chunk = activeChunks.get(fileId);
    chunk?.stop.abort(reason);
    await chunk?.progress.catch(() => undefined);
  };

  app.use(path, async (c, next) => {
    await next();
    c.header('tus-resumable', '1.0.0');
    c.header('cache-control', 'no-store');
  });

  app.options(path, (c) => {
    c.header('tus-version', '1.0.0');
    c.header('tus-extension', 'creation,termination,expiration');
    c.header('tus-max-size', String(settings.maxFileBytes));
    return c.body(null, 204);
  });

  app.post(path, async (c) => {
    const fileId = authorizeUpload(http, c);
    const length = readByteCount(c, 'upload-length');
    if (length === 0) throw new ApiError(400, 'validation', 'Expected the file to have content, got an empty file');
    if (length > settings.maxFileBytes) {
      throw new ApiError(413, 'too_large', new BlobTooLargeError(settings.maxFileBytes).message);
    }
    if (!(await hasAcceptedUpload(engine.db, fileId))) {
      if (!(await engine.blobs.hasRoomFor(length))) throw new DiskFullError();
      const upload = await startResumableUpload(engine, fileId, { length, version: readVersion(c) ?? '' });
      if (upload) {
        if (upload.replacedBlob !== undefined) {
          await abortChunk(fileId, replacedError());
          await engine.blobs.getPartial(upload.replacedBlob).delete();
        }
        await engine.blobs.getPartial(upload.partialBlob).createIfMissing();
      } else if (!(await hasAcceptedUpload(engine.db, fileId))) throw uploadGone();
    }
    c.header('location', c.req.path);
    return c.body(null, 201);
  });

  // handles HEAD requests, for which Hono calls the GET handler
  app.get(path, async (c) => {
    const fileId = authorizeUpload(http, c);
    const { version } = await findUpload(http, c, fileId);
    await extendResumableUpload(engine, fileId, version);
    return createProgressResponse(c, 200, await completeIfReceived(http, c, fileId));
  });

  app.patch(path, async (c) => {
    const fileId = authorizeUpload(http, c);
    if (c.req.header('content-type') !== 'application/offset+octet-stream') {
      throw new ApiError(400, 'validation', 'Expected the content type application/offset+octet-stream');
    }
    await abortChunk(fileId, takenOverError());
    const stop = new AbortController();
    const progress = receiveChunk(http, c, fileId, stop);
    const entry = { stop, progress };
    activeChunks.set(fileId, entry);
    try {
      return createProgressResponse(c, 204, await progress);
    } finally {
      if (activeChunks.get(fileId) === entry) activeChunks.delete(fileId);
    }
  });

  app.delete(path, async (c) => {
    const fileId = authorizeUpload(http, c);
    const upload = await findUpload(http, c, fileId);
    if (upload.isAccepted) throw new ApiError(409, 'conflict', 'This upload is complete');
    await abortChunk(fileId, uploadGone());
    // the chunk may have completed the upload before the abort
    if ((await findUpload(http, c, fileId)).isAccepted) throw new ApiError(409, 'conflict', 'This upload is complete');
    await engine.blobs.getPartial(upload.partialBlob).delete();
    return c.body(null, 204);
  });
}

function takenOverError(): ApiError {
  return new ApiError(409, 'conflict', 'This upload was continued on another connection');
}

function replacedError(): ApiError {
  return new ApiError(409, 'replaced', 'Another file is now being uploaded to this URL');
}

/** Returns the id of the file to upload. @throws `ApiError` 403 if the id, policy or signature is invalid, or if the policy has expired. */
function authorizeUpload({ presigner }: HttpContext, c: Context<RouteEnv>): string {
  const fileId = c.req.param('file') ?? '';
  const [policy, signature] = [c.req.header('upload-policy'), c.req.header('upload-signature')];
  if (uuidPattern.test(fileId) && presigner.allows('upload', fileId, policy, signature)) return fileId;
  throw new ApiError(403, 'forbidden', 'This upload URL is invalid or has expired: request a new one');
}

function readByteCount(c: Context<RouteEnv>, name: string): number {
  const text = c.req.header(name) ?? '';
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ApiError(
    400,
    'validation',
    `Expected the header ${name} to be a number of bytes, got ${formatValue(text)}`,
  );
}

/** Returns the first 500 characters of the `upload-metadata` header, which identify the content of the file. */
function readVersion(c: Context<RouteEnv>): string | undefined {
  return c.req.header('upload-metadata')?.slice(0, 500);
}

/**
 * Finds the upload for a request.
 *
 * @throws `ApiError` 404 if the upload was never started or has expired; 409 if the request specifies another version of the file. Without
 * this check, two clients that upload different files to the same URL could mix their data.
 */
async function findUpload({ engine }: HttpContext, c: Context<RouteEnv>, fileId: string): Promise<ResumableUpload> {
  const upload = await findResumableUpload(engine, fileId);
  if (!upload) throw notFound('There is no upload at this URL: it was never started or has expired');
  if ((readVersion(c) ?? upload.version) !== upload.version) throw replacedError();
  return upload;
}

interface Progress {
  readonly upload: ResumableUpload;
  readonly offset: number;
}

/**
 * Accepts an upload if all of its bytes have arrived, unless it was already accepted. This also completes an upload if the
 * server crashed after the final bytes arrived.
 *
 * @returns The upload's progress.
 */
async function completeIfReceived(http: HttpContext, c: Context<RouteEnv>, fileId: string): Promise<Progress> {
  const upload = await findUpload(http, c, fileId);
  const { length, partialBlob } = upload;
  if (upload.isAccepted) {
    // the server that completed the upload may have crashed before deleting the partial blob
    await http.engine.blobs.getPartial(partialBlob).delete();
    return { upload, offset: length };
  }
  const offset = (await http.engine.blobs.getPartial(partialBlob).getSize()) ?? 0;
  if (offset < length) return { upload, offset };
  await completeUpload(http, fileId, upload);
  return { upload: { ...upload, isAccepted: true, expiresAt: null }, offset };
}

function createProgressResponse(c: Context<RouteEnv>, status: 200 | 204, { upload, offset }: Progress): Response {
  c.header('upload-offset', String(offset));
  c.header('upload-length', String(upload.length));
  if (upload.expiresAt) c.header('upload-expires', upload.expiresAt.toUTCString());
  return c.body(null, status);
}

/** Appends the request's body to the upload, and completes the upload if all of its bytes have arrived. */
async function receiveChunk(
  http: HttpContext,
  c: Context<RouteEnv>,
  fileId: string,
  stop: AbortController,
): Promise<Progress> {
  const { engine, settings } = http;
  const { incoming } = c.env;
  const progress = await completeIfReceived(http, c, fileId);
  const { upload, offset } = progress;
  const declaredOffset = readByteCount(c, 'upload-offset');
  if (declaredOffset !== offset) {
    throw new ApiError(409, 'conflict', `Expected the header upload-offset to be ${offset}, got ${declaredOffset}`);
  }
  if (upload.isAccepted) return progress;
  const partial = engine.blobs.getPartial(upload.partialBlob);
  await partial.createIfMissing();
  const extend = async () => {
    if (!(await extendResumableUpload(engine, fileId, upload.version))) stop.abort(uploadGone());
  };
  const extendTimer = setInterval(() => void extend().catch(() => undefined), settings.resumeSeconds * 250).unref();
  incoming.setTimeout(idleTimeoutMs, () =>
    stop.abort(new ApiError(400, 'timeout', 'The client sent no data for 60 s')),
  );
  try {
    await extend();
    const source = incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
    await partial.append(source, { offset, maxBytes: upload.length - offset, signal: stop.signal });
  } catch (error) {
    incoming.resume();
    if (error instanceof BlobTooLargeError)
      throw new ApiError(
        413,
        'too_large',
        `Expected at most ${upload.length} bytes, which is the upload-length of this upload, got more`,
      );
    if (incoming.errored) throw new ApiError(400, 'incomplete', 'The connection closed before the upload was complete');
    // another connection may have completed the upload in the meantime, perhaps on another server
    if (stop.signal.aborted && (await findUpload(http, c, fileId)).isAccepted)
      return await completeIfReceived(http, c, fileId);
    throw error;
  } finally {
    clearInterval(extendTimer);
    incoming.setTimeout(0);
  }
  return completeIfReceived(http, c, fileId);
}

/** Accepts an upload after all of its bytes have arrived. Concurrent calls, even on several servers, accept it only once. */
async function completeUpload({ engine }: HttpContext, fileId: string, upload: ResumableUpload): Promise<void> {
  const { partialBlob, version } = upload;
  const blob = await engine.blobs.publishPartial(partialBlob);
  if (!blob) {
    if (await hasAcceptedUpload(engine.db, fileId)) return;
    throw uploadGone();
  }
  await acceptUpload(engine, fileId, blob, version);
  await engine.blobs.getPartial(partialBlob).delete();
}
