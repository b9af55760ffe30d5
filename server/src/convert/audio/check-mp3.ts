import { open } from 'node:fs/promises';
import { ModuleError } from '../../module-contract/module.js';
import { getId3TagLength } from './reject-truncated-mp3.js';

/** Number of bytes to search for the first frame, which stray bytes can precede. */
const searchBytes = 2 ** 20;
/**
 * Number of consecutive frames that identify an mp3. In random data, about 6 in 100,000 bytes look like the start of a frame, but several
 * consecutive frames are very rare.
 */
const minFrames = 4;
/** Maximum length of a frame with a free bit rate, in bytes, including the padding byte: 640 kbit/s at 32 kHz. */
const maxFreeFrameLength = 2881;

/** Layer III bit rates, in kbit/s, by index in the frame header. Index 0 means a free bit rate (free format). */
const mpeg1BitRates = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const mpeg2BitRates = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const sampleRates = [44_100, 48_000, 32_000];

/**
 * Checks that a file contains mp3 frames. The decoder itself does not reject noise or other formats.
 *
 * @throws `ModuleError` if no consecutive frames are found in the first MiB after the ID3v2 tag, or if the frames have a free bit
 * rate, which only ffmpeg can decode.
 */
export async function checkMp3(path: string): Promise<void> {
  const file = await open(path);
  try {
    const tag = Buffer.alloc(10);
    await file.read(tag, 0, tag.length, 0);
    const from = getId3TagLength(tag);
    const bytes = Buffer.alloc(searchBytes);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    const start = bytes.subarray(0, bytesRead);
    for (let at = start.indexOf(0xff); at !== -1; at = start.indexOf(0xff, at + 1)) {
      if (hasFramesAt(start, at)) return;
      if (hasFreeFormatFramesAt(start, at)) {
        throw new ModuleError(
          "The audio in this file (an mp3 with a free bit rate) needs ffmpeg, which is not on this server's PATH. " +
            'Install it (apt-get install ffmpeg), or send the recording as an mp3 with a standard bit rate, wav, flac or ogg.',
        );
      }
    }
    throw new ModuleError(
      'No audio could be read from this file: it is neither an mp3 nor another supported audio format. ' +
        'Send an mp3, wav, flac or ogg file that plays in a media player.',
    );
  } finally {
    await file.close();
  }
}

/** Returns whether four consecutive frames start at `at`, or at least two if `bytes` ends before the fourth. */
function hasFramesAt(bytes: Buffer, at: number): boolean {
  let next = at;
  for (let count = 0; count < minFrames; count++) {
    if (next + 4 > bytes.length) return count >= 2;
    const length = hasSameFormat(bytes, at, next) ? getFrameLength(bytes, next) : undefined;
    if (length === undefined) return false;
    next += length;
  }
  return true;
}

/** Returns whether a frame header at `b` has the same version, layer, checksum flag and sample rate as the frame header at `a`. */
function hasSameFormat(bytes: Buffer, a: number, b: number): boolean {
  return (
    bytes[b] === 0xff && bytes[a + 1] === bytes[b + 1] && ((bytes[a + 2] ?? 0) & 0x0c) === ((bytes[b + 2] ?? 0) & 0x0c)
  );
}

/**
 * Returns the length of the layer III frame at `at`, in bytes, or `undefined` if there is no valid header or it declares a free bit rate
 * (ISO/IEC 11172-3, 2.4.2.3).
 */
function getFrameLength(bytes: Buffer, at: number): number | undefined {
  const [secondByte = 0, thirdByte = 0] = bytes.subarray(at + 1, at + 3);
  const version = (secondByte >> 3) & 3;
  const isLayer3 = (secondByte & 0xe0) === 0xe0 && ((secondByte >> 1) & 3) === 1 && version !== 1;
  const bitRate = (version === 3 ? mpeg1BitRates : mpeg2BitRates)[thirdByte >> 4];
  const sampleRate = sampleRates[(thirdByte >> 2) & 3];
  if (!isLayer3 || !bitRate || !sampleRate) return undefined;
  // MPEG 2 halves the sample rates, and MPEG 2.5 halves them again
  const divisor = { 3: 1, 2: 2, 0: 4 }[version as 0 | 2 | 3];
  return Math.floor(((version === 3 ? 144_000 : 72_000) * bitRate) / (sampleRate / divisor)) + ((thirdByte >> 1) & 1);
}

/**
 * Returns whether four consecutive frames with a free bit rate start at `at`. Such frames have the same length, except for an optional
 * padding byte.
 */
function hasFreeFormatFramesAt(bytes: Buffer, at: number): boolean {
  const [secondByte = 0, thirdByte = 0] = bytes.subarray(at + 1, at + 3);
  if ((secondByte & 0xe6) !== 0xe2 || thirdByte >> 4 !== 0 || ((thirdByte >> 2) & 3) === 3) return false;
  const isFreeFrame = (next: number): boolean => hasSameFormat(bytes, at, next) && (bytes[next + 2] ?? 0xff) >> 4 === 0;
  for (let length = 24; length <= maxFreeFrameLength; length++) {
    const hasThreeFrames =
      isFreeFrame(at + length) && [-1, 0, 1].some((padding) => isFreeFrame(at + 2 * length + padding));
    if (hasThreeFrames && [-2, -1, 0, 1, 2].some((padding) => isFreeFrame(at + 3 * length + padding))) return true;
  }
  return false;
}
