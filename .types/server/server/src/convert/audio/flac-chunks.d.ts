import type { FileHandle } from 'node:fs/promises';
/**
 * Reads a FLAC file in chunks. The chunk size depends on how many samples the previous chunk contained, so that minutes
 * of silence, compressed to a few kilobytes, are not decoded all at once.
 *
 * @param decoded Returns the number of samples in the last decoded chunk.
 */
export declare function flacChunks(file: FileHandle, decoded: () => number): AsyncGenerator<Uint8Array>;
