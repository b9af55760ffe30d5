import type { FileHandle } from 'node:fs/promises';

/** What one piece may decode to, in samples of one channel: 14 bytes of FLAC may stand for 65 535. */
const wantedSamples = 2 ** 20;
const leastBytes = 256;
const mostBytes = 4096;
/** Sync, coded number, block size, rate, checksum (RFC 9639, section 9.1). */
const longestHeader = 16;

/**
 * Reads a FLAC file in pieces whose size follows from what the pieces before gave, so that silence, of which kilobytes are
 * minutes, is not decoded all at once.
 *
 * @param decoded How many samples the last piece gave.
 */
export async function* flacChunks(file: FileHandle, decoded: () => number): AsyncGenerator<Uint8Array> {
  let size = leastBytes;
  for (let at = 0; ;) {
    // a new one each time: a decoder may keep a view of what it could not use yet
    const chunk = new Uint8Array(size);
    const { bytesRead } = await file.read(chunk, 0, size, at);
    if (bytesRead === 0) return;
    const length = bytesRead < size ? bytesRead : beforeHeader(chunk);
    yield chunk.subarray(0, length);
    at += length;
    size = Math.max(leastBytes, Math.min(mostBytes, 2 * size, Math.floor((size * wantedSamples) / (decoded() || 1))));
  }
}

/** Where a frame may begin whose header goes on behind the piece: the decoder (1.3.5) loses a frame whose header is split. */
function beforeHeader(chunk: Uint8Array): number {
  for (let at = chunk.length - longestHeader; at < chunk.length; at++) {
    const next = chunk[at + 1];
    if (chunk[at] === 0xff && (next === undefined || (next & 0xfe) === 0xf8)) return at;
  }
  return chunk.length;
}
