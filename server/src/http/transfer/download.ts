import { Readable } from 'node:stream';
import type { Context, Hono } from 'hono';
import * as z from 'zod';
import type { Picture } from '../../outputs/picture-converter.js';
import { findOutput, type FileOutput } from '../../store/tables/files/files.js';
import { ApiError } from '../api-error.js';
import type { HttpContext, RouteEnv } from '../http-context.js';

/**
 * `GET /_download/:file`: serves a finished file's output at a presigned URL, with the output's length and digest (RFC 9530). A range
 * request can resume an interrupted download.
 */
export function addDownloadRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const { engine } = http;
  app.get('/_download/:file', async (c) => {
    const fileId = c.req.param('file');
    const { policy, signature } = c.req.query();
    if (!http.presigner.allows('download', fileId, policy, signature)) {
      throw new ApiError(403, 'forbidden', 'This download URL is invalid or has expired: fetch the output again');
    }
    const output = z.uuid().safeParse(fileId).success
      ? await findOutput(engine.db, fileId, engine.clock.now())
      : undefined;
    if (!output) throw new ApiError(404, 'not_found', 'This file was deleted or has expired');
    return createOutputResponse(http, c, fileId, output, `${fileId}${output.output_extension}`);
  });
}

/**
 * Returns a response with an output, or the requested range of it, as an attachment.
 *
 * @throws `ApiError` 404 if the output's blob is missing; 416 if the range starts after the last byte.
 */
export async function createOutputResponse(
  http: HttpContext,
  c: Context<RouteEnv>,
  fileId: string,
  output: FileOutput,
  fileName: string,
): Promise<Response> {
  const { output_blob: key, output_sha256: sha256 } = output;
  const response = await createBlobResponse(http, c, { key, fileName, etag: `"${sha256}"` });
  if (!response) {
    http.logger.error("an output's blob is missing", { file: fileId });
    throw new ApiError(404, 'not_found', "This file's output is missing from the server");
  }
  response.headers.set('repr-digest', `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`);
  return response;
}

/**
 * Returns a response with a blob, or the requested range of it, as an attachment. The content type is generic, so that browsers do not
 * display the blob as a page.
 *
 * @returns The response, or `undefined` if there is no such blob.
 * @throws `ApiError` 416 if the range starts after the last byte.
 */
export async function createBlobResponse(
  { engine: { blobs } }: HttpContext,
  c: Context<RouteEnv>,
  { key, fileName, etag }: { readonly key: string; readonly fileName: string; readonly etag: string },
): Promise<Response | undefined> {
  const bytes = await blobs.getSize(key);
  if (bytes === undefined) return undefined;
  const start = parseRangeStart(c.req.header('range'), c.req.header('if-range'), etag);
  if (start !== undefined && start >= bytes) {
    const message = `Expected a range that starts before byte ${bytes}, where the file ends, got one that starts at byte ${start}`;
    c.header('content-range', `bytes */${bytes}`);
    throw new ApiError(416, 'validation', message);
  }
  const range = start === undefined ? undefined : { start, end: bytes - 1 };
  // Hono also calls GET handlers for HEAD requests; do not open a stream that nobody would read
  const body = c.req.method === 'HEAD' ? null : (Readable.toWeb(blobs.read(key, range)) as ReadableStream);
  return new Response(body, {
    status: range ? 206 : 200,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(range ? bytes - range.start : bytes),
      ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${bytes}` }),
      'accept-ranges': 'bytes',
      etag,
      'content-disposition': `attachment; ${formatNameParameter(fileName)}`,
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}

/** Returns a response with a picture. Browsers may display the JPEG, because the server created it. */
export function createPictureResponse({ content, pageCount }: Picture): Response {
  return new Response(new Uint8Array(content), {
    headers: {
      'content-type': 'image/jpeg',
      'content-length': String(content.length),
      'millrace-pages': String(pageCount),
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}

/** Returns the file name parameter of `Content-Disposition`. Names with special characters are encoded as specified in RFC 8187. */
function formatNameParameter(name: string): string {
  if (/^[\w.-]+$/.test(name)) return `filename="${name}"`;
  const encode = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  return `filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, encode)}`;
}

/**
 * Returns the start of an open-ended range, such as `bytes=500-`. Clients use this form to resume a download. Returns `undefined` if
 * the header has no such range or if `If-Range` does not match the ETag. The caller then sends the whole content, as RFC 9110 allows.
 */
function parseRangeStart(range: string | undefined, ifRange: string | undefined, etag: string): number | undefined {
  const start = /^bytes=(\d{1,15})-$/.exec(range?.trim() ?? '')?.[1];
  return start === undefined || (ifRange !== undefined && ifRange !== etag) ? undefined : Number(start);
}
