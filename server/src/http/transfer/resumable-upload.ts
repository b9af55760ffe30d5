import type { Context, Hono } from 'hono';
import { BlobTooLargeError } from '../../blobs/blob-too-large-error.js';
import { DiskFullError } from '../../blobs/disk-full-error.js';
import { acceptUpload, notExpected, wasAccepted } from '../../engine/hosted/accept-upload.js';
import {
  beginResumable,
  findResumable,
  keepResumable,
  type ResumableUpload,
} from '../../engine/hosted/resumable-upload.js';
import { ApiError } from '../api-error.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { notFound } from '../v1/endpoint.js';

const silenceMs = 60_000;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * `/_upload/:file`: the file of a reservation in as many pieces as it takes, by tus 1.0 (https://tus.io/protocols/resumable-upload),
 * with creation, termination and expiration. Allowed by the form's fields, as the headers `upload-policy` and `upload-signature`.
 *
 * Written here because a ready-made server (@tus/server) keeps uploads, locks and expiry in stores of its own, beside the
 * reservation that already has all three; what is left of the protocol is this page.
 */
export function resumableUploadRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const path = '/_upload/:file';
  /** One piece at a time: who comes again has lost the connection that the last one came by. */
  const writing = new Map<string, { stop: AbortController; ended: Promise<unknown> }>();
  const { engine, settings } = http;
  const endWriting = async (fileId: string, reason: Error) => {
    const before = writing.get(fileId);
    before?.stop.abort(reason);
    await before?.ended.catch(() => undefined);
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
    const fileId = allowedFile(http, c);
    const length = readCount(c, 'upload-length');
    if (length === 0) throw new ApiError(400, 'validation', 'Expected the file to have content, got an empty one');
    if (length > settings.maxFileBytes) {
      throw new ApiError(413, 'too_large', new BlobTooLargeError(settings.maxFileBytes).message);
    }
    if (!(await wasAccepted(engine.db, fileId))) {
      const begun = await beginResumable(engine, fileId, { length, version: readVersion(c) ?? '' });
      if (begun) {
        if (begun.replaced !== undefined) {
          await endWriting(fileId, replaced());
          await engine.blobs.partial(begun.replaced).delete();
        }
        await engine.blobs.partial(begun.parts).make();
      } else if (!(await wasAccepted(engine.db, fileId))) throw notExpected();
    }
    c.header('location', c.req.path);
    return c.body(null, 201);
  });

  // Hono answers HEAD by GET's handler
  app.get(path, async (c) => {
    const fileId = allowedFile(http, c);
    const before = await findUpload(http, c, fileId);
    await keepResumable(engine, fileId, before.version);
    return response(c, 200, await standingOf(http, c, fileId));
  });

  app.patch(path, async (c) => {
    const fileId = allowedFile(http, c);
    if (c.req.header('content-type') !== 'application/offset+octet-stream') {
      throw new ApiError(400, 'validation', 'Expected the content type application/offset+octet-stream');
    }
    await endWriting(fileId, takenOver());
    const stop = new AbortController();
    const ended = receive(http, c, fileId, stop);
    const entry = { stop, ended };
    writing.set(fileId, entry);
    try {
      return response(c, 204, await ended);
    } finally {
      if (writing.get(fileId) === entry) writing.delete(fileId);
    }
  });

  app.delete(path, async (c) => {
    const fileId = allowedFile(http, c);
    const upload = await findUpload(http, c, fileId);
    if (upload.accepted) throw new ApiError(409, 'conflict', 'This upload is complete');
    await endWriting(fileId, notExpected());
    // what was being written may have been the last of it
    if ((await findUpload(http, c, fileId)).accepted) throw new ApiError(409, 'conflict', 'This upload is complete');
    await engine.blobs.partial(upload.parts).delete();
    return c.body(null, 204);
  });
}

function takenOver(): ApiError {
  return new ApiError(409, 'conflict', 'This upload went on by another connection');
}

function replaced(): ApiError {
  return new ApiError(409, 'replaced', 'Another file is uploaded to this address now');
}

/** @throws `ApiError` 403 */
function allowedFile({ presigner }: HttpContext, c: Context<RouteEnv>): string {
  const fileId = c.req.param('file') ?? '';
  const [policy, signature] = [c.req.header('upload-policy'), c.req.header('upload-signature')];
  if (uuid.test(fileId) && presigner.allows('upload', fileId, policy, signature)) return fileId;
  throw new ApiError(403, 'forbidden', 'This upload address is not valid, or not any more: ask for a new one');
}

function readCount(c: Context<RouteEnv>, name: string): number {
  const text = c.req.header(name) ?? '';
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ApiError(400, 'validation', `Expected the header ${name} to be a number of bytes`);
}

function readVersion(c: Context<RouteEnv>): string | undefined {
  return c.req.header('upload-metadata')?.slice(0, 500);
}

/**
 * @throws `ApiError` 404 where nothing was begun, or it has expired; 409 where the client names a version, and another one was begun
 * since: two that send different files to one address never mix them.
 */
async function findUpload({ engine }: HttpContext, c: Context<RouteEnv>, fileId: string): Promise<ResumableUpload> {
  const upload = await findResumable(engine, fileId);
  if (!upload) throw notFound('There is no upload at this address: it was never begun, or has expired');
  if ((readVersion(c) ?? upload.version) !== upload.version) throw replaced();
  return upload;
}

interface Standing {
  readonly upload: ResumableUpload;
  readonly offset: number;
}

/**
 * Where an upload stands. One that has all its bytes begins its run first, whoever asks: the server that took the last of them may not
 * have come to that.
 */
async function standingOf(http: HttpContext, c: Context<RouteEnv>, fileId: string): Promise<Standing> {
  const upload = await findUpload(http, c, fileId);
  const { length, parts } = upload;
  if (upload.accepted) {
    // whoever completed it may have died before it came to that
    await http.engine.blobs.partial(parts).delete();
    return { upload, offset: length };
  }
  const offset = (await http.engine.blobs.partial(parts).size()) ?? 0;
  if (offset < length) return { upload, offset };
  await complete(http, fileId, upload);
  return { upload: { ...upload, accepted: true, expires: null }, offset };
}

function response(c: Context<RouteEnv>, status: 200 | 204, { upload, offset }: Standing): Response {
  c.header('upload-offset', String(offset));
  c.header('upload-length', String(upload.length));
  if (upload.expires) c.header('upload-expires', upload.expires.toUTCString());
  return c.body(null, status);
}

async function receive(
  http: HttpContext,
  c: Context<RouteEnv>,
  fileId: string,
  stop: AbortController,
): Promise<Standing> {
  const { engine, settings } = http;
  const { incoming } = c.env;
  const before = await standingOf(http, c, fileId);
  const { upload, offset } = before;
  if (readCount(c, 'upload-offset') !== offset) {
    throw new ApiError(409, 'conflict', `Expected the header upload-offset to be ${offset}`);
  }
  if (upload.accepted) return before;
  const partial = engine.blobs.partial(upload.parts);
  await partial.make();
  const beat = () => keepResumable(engine, fileId, upload.version).then((kept) => kept || stop.abort(notExpected()));
  const keepAlive = setInterval(() => void beat().catch(() => undefined), settings.resumeSeconds * 250).unref();
  incoming.setTimeout(silenceMs, () => stop.abort(new ApiError(400, 'timeout', 'The upload sent nothing for 60 s')));
  try {
    await beat();
    const source = incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
    await partial.append(source, { offset, maxBytes: upload.length - offset, signal: stop.signal });
  } catch (error) {
    incoming.resume();
    if (error instanceof BlobTooLargeError) throw new ApiError(413, 'too_large', 'Expected no more than upload-length');
    if (error instanceof DiskFullError) throw new ApiError(507, 'disk_full', error.message);
    if (incoming.errored) throw new ApiError(400, 'incomplete', 'The upload broke off');
    // all of it came meanwhile, by another connection or to another server
    if (stop.signal.aborted && (await findUpload(http, c, fileId)).accepted) return await standingOf(http, c, fileId);
    throw error;
  } finally {
    clearInterval(keepAlive);
    incoming.setTimeout(0);
  }
  return standingOf(http, c, fileId);
}

/** Of several that complete an upload, here or on other servers, one is used: what they have is the same. */
async function complete({ engine }: HttpContext, fileId: string, upload: ResumableUpload): Promise<void> {
  const { parts, length, version } = upload;
  const key = await engine.blobs.publishPartial(parts);
  if (key === undefined) {
    if (await wasAccepted(engine.db, fileId)) return;
    throw notExpected();
  }
  await acceptUpload(engine, fileId, { key, bytes: length }, version);
  await engine.blobs.partial(parts).delete();
}
