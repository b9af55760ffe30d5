import { open } from 'node:fs/promises';
import { isTruncatedMp4 } from './mp4-audio-track.js';
import { readFlacDuration } from './reject-long-flac.js';
import { findWavSamples } from './wav-samples.js';

/** Length of the longest Ogg page, in bytes (RFC 3533, section 6). */
const maxPageBytes = 65_307;
/** Tolerated difference from the declared duration, because decoding may add or drop a few samples. */
const toleratedSeconds = 0.1;

/**
 * Describes how an MP4, Ogg, FLAC or WAV recording is incomplete: it is shorter than its container declares, or its end is not marked.
 * Returns `undefined` if it appears complete, or if its format is not one of these.
 *
 * @param seconds The duration of the decoded audio.
 */
export async function describeTruncation(path: string, seconds: number): Promise<string | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const start = Buffer.alloc(26);
    await file.read(start, 0, start.length, 0);
    if (start.toString('latin1', 4, 8) === 'ftyp') {
      return (await isTruncatedMp4(path)) ? 'one of its parts extends beyond the end of the file' : undefined;
    }
    const id = start.toString('latin1', 0, 4);
    if (id === 'OggS') {
      const end = Buffer.alloc(Math.min(size, 2 * maxPageBytes));
      await file.read(end, 0, end.length, size - end.length);
      return describeLastPageProblem(end);
    }
    if (id === 'fLaC') {
      const declared = readFlacDuration(start) ?? 0;
      return declared > seconds + toleratedSeconds
        ? `its header declares ${declared.toFixed(1)} seconds, but only ${seconds.toFixed(1)} could be read`
        : undefined;
    }
    // skip files that `findWavSamples` rejects, such as big-endian WAV files: only ffmpeg can decode them
    const wav = await findWavSamples(path).catch(() => undefined);
    return wav && wav.missingBytes > 0 ? `${wav.missingBytes} bytes of its audio data are missing` : undefined;
  } finally {
    await file.close();
  }
}

/** Describes the problem if the last page of an Ogg file is incomplete or not marked as the end of the stream (flag 0x04). */
function describeLastPageProblem(end: Buffer): string | undefined {
  const page = end.subarray(Math.max(0, end.lastIndexOf('OggS', undefined, 'latin1')));
  const segmentCount = page[26];
  if (segmentCount === undefined || page.length < 27 + segmentCount) return 'its last page is incomplete';
  const length = page.subarray(27, 27 + segmentCount).reduce((sum, segment) => sum + segment, 27 + segmentCount);
  if (page.length < length) return 'its last page is incomplete';
  return ((page[5] ?? 0) & 4) === 0 ? 'its last page is not marked as the end' : undefined;
}
