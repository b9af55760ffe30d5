import { IntegrityError } from '../errors/integrity-error.js';
import type { FileSource } from './file-source.js';

/**
 * All of a small file.
 *
 * @throws `IntegrityError` when it is not as long as it was, an error of reading it, or the signal's reason.
 */
export async function readContent(source: FileSource, size: number, signal: AbortSignal | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source.open() as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > size) break;
  }
  if (bytes === size) return Buffer.concat(chunks);
  const got = bytes > size ? 'more' : String(bytes);
  throw new IntegrityError(
    `Expected ${source.label} to have ${size} bytes, got ${got}. Did it change while it was sent?`,
  );
}
