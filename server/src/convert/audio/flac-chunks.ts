import type { FileHandle } from 'node:fs/promises';

/** Target number of samples per channel in a decoded chunk. As few as 14 bytes of FLAC can contain 65,535 samples. */
const targetSamples = 2 ** 20;
const minBytes = 256;
const maxBytes = 4096;
/** Maximum length of a frame header, in bytes (RFC 9639, section 9.1). */
const maxHeaderBytes = 16;

/**
 * Reads a FLAC file in chunks. The chunk size depends on how many samples the previous chunk contained, so that minutes
 * of silence, compressed to a few kilobytes, are not decoded all at once.
 *
 * @param getDecodedLength Returns the number of samples per channel in the most recently decoded chunk.
 */
export async function* readFlacChunks(file: FileHandle, getDecodedLength: () => number): AsyncGenerator<Uint8Array> {
  let size = minBytes;
  for (let at = 0; ;) {
    // allocate a new array for each chunk, because the decoder may keep a view of bytes that it has not used yet
    const chunk = new Uint8Array(size);
    const { bytesRead } = await file.read(chunk, 0, size, at);
    if (bytesRead === 0) return;
    const length = bytesRead < size ? bytesRead : findSplitHeader(chunk);
    yield chunk.subarray(0, length);
    at += length;
    size = Math.max(
      minBytes,
      Math.min(maxBytes, 2 * size, Math.floor((size * targetSamples) / (getDecodedLength() || 1))),
    );
  }
}

/**
 * If a frame header may continue in the next chunk, returns the offset at which it starts. Otherwise, returns the chunk's length.
 * `@audio/decode-flac` 1.3.5 drops a frame whose header is split across chunks.
 */
function findSplitHeader(chunk: Uint8Array): number {
  for (let at = chunk.length - maxHeaderBytes; at < chunk.length; at++) {
    const next = chunk[at + 1];
    if (chunk[at] === 0xff && (next === undefined || (next & 0xfe) === 0xf8)) return at;
  }
  return chunk.length;
}
