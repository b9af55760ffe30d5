import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { BlobTooLargeError } from './blob-too-large-error.js';

/**
 * Copies a source into an open file chunk by chunk: the next chunk is asked for when the last one is written, so memory
 * stays that of one chunk however fast the source is.
 *
 * @returns The number of bytes.
 * @throws `BlobTooLargeError` before the first byte past `maxBytes` is written; the signal's reason when aborted, also while the
 * source has nothing to give. The source is told to stop in both cases.
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

/** A race for each chunk, not one promise for all: a promise that lives as long as the upload would keep every chunk alive. */
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
 * Never waited for: a generator that waits for data itself ends only when that comes. A stream is destroyed directly,
 * because its iterator is such a generator.
 */
function stop(source: AsyncIterable<Uint8Array>, iterator: AsyncIterator<Uint8Array>): void {
  if (source instanceof Readable) source.destroy();
  void iterator.return?.().catch(() => undefined);
}
