import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { BlobTooLargeError } from './blob-store.js';

/**
 * Copies a source into an open file. It requests the next chunk after the last one is written, so memory holds one chunk,
 * however fast the source is.
 *
 * @returns The number of bytes copied.
 * @throws `BlobTooLargeError` before the first byte past `maxBytes` is written; the signal's reason when aborted, even while
 * waiting for the source. The source is stopped in both cases.
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
      const step = await nextOrAbort(iterator, signal);
      if (step.done) return bytes;
      bytes += step.value.byteLength;
      if (bytes > maxBytes) throw new BlobTooLargeError(maxBytes);
      await file.writeFile(step.value);
    }
  } catch (error) {
    stop(source, iterator);
    throw error;
  }
}

/** Makes a new race for each chunk: one promise for the whole upload would keep every chunk in memory. */
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
 * Stops the source without waiting: a generator that waits for data returns only when data arrives. A stream is destroyed
 * directly, because its iterator is such a generator.
 */
function stop(source: AsyncIterable<Uint8Array>, iterator: AsyncIterator<Uint8Array>): void {
  if (source instanceof Readable) source.destroy();
  void iterator.return?.().catch(() => undefined);
}
