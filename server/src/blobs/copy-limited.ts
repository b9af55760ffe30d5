import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { BlobTooLargeError } from './blob-store.js';

/**
 * Copies a source into an open file. The next chunk is requested only after the previous one has been written, so only one chunk
 * is in memory, regardless of how fast the source is.
 *
 * @returns The number of bytes copied.
 * @throws `BlobTooLargeError` before the first byte past `maxBytes` is written; the signal's reason if aborted, even while
 * waiting for the source. Any error stops the source.
 */
export async function copyLimited(
  source: AsyncIterable<Uint8Array>,
  file: Pick<FileHandle, 'writeFile'>,
  { maxBytes, signal }: { maxBytes: number; signal?: AbortSignal },
): Promise<number> {
  const iterator = source[Symbol.asyncIterator]();
  let bytes = 0;
  try {
    for (;;) {
      const result = await nextOrAbort(iterator, signal);
      if (result.done) return bytes;
      bytes += result.value.byteLength;
      if (bytes > maxBytes) throw new BlobTooLargeError(maxBytes);
      await file.writeFile(result.value);
    }
  } catch (error) {
    stopSource(source, iterator);
    throw error;
  }
}

/**
 * Returns the next chunk, or rejects when the signal is aborted. Each call creates a new promise for the signal, because a promise for the
 * whole upload would keep every chunk in memory.
 */
async function nextOrAbort(
  iterator: AsyncIterator<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<IteratorResult<Uint8Array>> {
  if (!signal) return iterator.next();
  signal.throwIfAborted();
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([iterator.next(), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Stops the source without waiting, because a generator that is waiting for data does not return until data arrives. A stream's
 * iterator is such a generator, so a stream is destroyed directly.
 */
function stopSource(source: AsyncIterable<Uint8Array>, iterator: AsyncIterator<Uint8Array>): void {
  if (source instanceof Readable) source.destroy();
  void iterator.return?.().catch(() => undefined);
}
