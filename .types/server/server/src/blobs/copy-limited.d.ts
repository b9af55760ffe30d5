import type { FileHandle } from 'node:fs/promises';
/**
 * Copies a source into an open file. The next chunk is requested only after the previous one has been written, so only one chunk
 * is in memory, regardless of how fast the source is.
 *
 * @returns The number of bytes copied.
 * @throws `BlobTooLargeError` before the first byte past `maxBytes` is written; the signal's reason if aborted, even while
 * waiting for the source. The source is stopped in both cases.
 */
export declare function copyLimited(source: AsyncIterable<Uint8Array>, file: Pick<FileHandle, 'writeFile'>, { maxBytes, signal }: {
    maxBytes: number;
    signal?: AbortSignal;
}): Promise<number>;
