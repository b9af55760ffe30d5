import { Readable } from 'node:stream';
import { DiskFullError } from '../blobs/disk-full-error.js';
import type { WrittenBlob } from '../blobs/blob-store.js';
import { ApiError } from './api-error.js';
import type { HttpContext } from './http-context.js';

/** Writes a file that came in base64 in the request itself. @throws `ApiError` when it is empty or larger than announced. */
export async function storeContent({ engine, limits }: HttpContext, content: string): Promise<WrittenBlob> {
  const bytes = Buffer.from(content, 'base64');
  const most = limits.inlineBytes ?? 0;
  if (bytes.length > most) {
    const message = `BAD REQUEST: content: Expected at most ${most} bytes in the request itself, got ${bytes.length}; reserve without it, then upload`;
    throw new ApiError(413, 'too_large', message);
  }
  if (bytes.length === 0) {
    throw new ApiError(400, 'validation', 'BAD REQUEST: content: Expected the file to have content, got an empty one');
  }
  try {
    return await engine.blobs.write(Readable.from([bytes]), { maxBytes: most });
  } catch (error) {
    if (error instanceof DiskFullError) throw new ApiError(507, 'disk_full', error.message);
    throw error;
  }
}
