import { Readable } from 'node:stream';
import type { Hono } from 'hono';
import * as z from 'zod';
import { ApiError } from '../api-error.js';
import type { HttpContext, RouteEnv } from '../http-context.js';

interface OutputRow {
  output_blob: string;
  output_extension: string;
  output_bytes: number;
  output_sha256: string;
}

/** `GET /_download/:file`: a finished file's output, with its length and digest (RFC 9530), by a presigned address. */
export function downloadRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  app.get('/_download/:file', async (c) => {
    const fileId = c.req.param('file');
    const { policy, signature } = c.req.query();
    if (!http.presigner.allows('download', fileId, policy, signature)) {
      throw new ApiError(
        403,
        'forbidden',
        'This download address is not valid, or not any more: fetch the output again',
      );
    }
    const output = z.uuid().safeParse(fileId).success ? await findOutput(http, fileId) : undefined;
    if (!output) throw new ApiError(404, 'not_found', 'This file was deleted or has expired');
    const { blobs } = http.engine;
    if ((await blobs.size(output.output_blob)) === undefined) {
      http.logger.error('an output is missing from the data directory', { file: fileId });
      throw new ApiError(404, 'not_found', 'The output of this file is missing from the server');
    }
    // a HEAD request is answered by this handler, too: its body would be opened and never read
    const body = c.req.method === 'HEAD' ? null : (Readable.toWeb(blobs.read(output.output_blob)) as ReadableStream);
    const digest = Buffer.from(output.output_sha256, 'hex').toString('base64');
    return new Response(body, {
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(output.output_bytes),
        'content-disposition': `attachment; filename="${fileId}${output.output_extension}"`,
        'repr-digest': `sha-256=:${digest}:`,
        'cache-control': 'private, no-store',
        'x-content-type-options': 'nosniff',
      },
    });
  });
}

async function findOutput(http: HttpContext, fileId: string): Promise<OutputRow | undefined> {
  const { rows } = await http.engine.db.query<OutputRow>(
    `select output_blob, output_extension, output_bytes, output_sha256 from file
     where id = $1 and state = 'ready' and expires_at > $2`,
    [fileId, http.engine.clock.now()],
  );
  return rows[0];
}
