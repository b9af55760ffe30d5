import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { BlobTooLargeError } from './blob-store.js';

/**
 * Copies a source into an open file. Requests the next chunk only after writing the previous one, so only one chunk is in memory,
 * regardless of how fast the source is. If an error occurs, stops the source.
 *
 * @returns The number of bytes copied.
 * @throws `BlobTooLargeError` before the first byte past `maxBytes` is written; the signal's reason if the signal is
 * aborted, even while waiting for the source.
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
 * Returns the next chunk, or rejects when the signal is aborted. Each call creates a new promise for the signal. If all calls shared one
 * promise, its `Promise.race` handlers would keep every chunk in memory.
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
 * Stops the source. Does not wait for `return()`, because a generator that is waiting for data returns only when data arrives. Destroys
 * a stream directly, because its iterator is also a generator.
 */
function stopSource(source: AsyncIterable<Uint8Array>, iterator: AsyncIterator<Uint8Array>): void {
  if (source instanceof Readable) source.destroy();
  void iterator.return?.().catch(() => undefined);
}
