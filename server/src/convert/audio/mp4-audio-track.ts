import { open, type FileHandle } from 'node:fs/promises';

/** The audio codec of an MP4 or QuickTime file, and the byte ranges of its media data boxes. `to` is exclusive. */
interface AudioTrack {
  /** `mp3` if an mp3 track is the file's only audio or video track, or else a name for error messages, such as `AAC`. */
  readonly codec: string;
  readonly ranges: readonly { readonly from: number; readonly to: number }[];
}

/** Maximum length of the movie box (`moov`), in bytes. The box for an hour of video is about 2 MB long. */
const maxMovieBoxBytes = 32 * 2 ** 20;
const maxBoxes = 10_000;
const mp3Names = ['.mp3', 'mp3 ', 'ms\0U'];

/**
 * Finds the audio track of an MP4 or QuickTime file from its boxes (ISO/IEC 14496-12). Returns `undefined` if the movie box is missing,
 * truncated or too long, if it describes no audio, or if the media data is missing.
 */
export async function findAudioTrack(path: string): Promise<AudioTrack | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    let codec: string | undefined;
    const ranges: { from: number; to: number }[] = [];
    for await (const { type, from, to } of readBoxes(file)) {
      if (type === 'mdat') ranges.push({ from, to: Math.min(to, size) });
      else if (type === 'moov' && to <= size && to - from <= maxMovieBoxBytes) {
        const movieBox = Buffer.alloc(to - from);
        await file.read(movieBox, 0, movieBox.length, from);
        codec ??= findCodec(movieBox);
      }
    }
    return codec === undefined || ranges.length === 0 ? undefined : { codec, ranges };
  } finally {
    await file.close();
  }
}

/** Returns whether a top-level box, such as the media data, extends beyond the end of the file. */
export async function isTruncatedMp4(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    for await (const { to } of readBoxes(file)) if (to > size) return true;
    return false;
  } finally {
    await file.close();
  }
}

async function* readBoxes(file: FileHandle): AsyncGenerator<{ type: string; from: number; to: number }> {
  const { size: end } = await file.stat();
  const header = Buffer.alloc(16);
  for (let at = 0, count = 0; at + 8 <= end && count < maxBoxes; count++) {
    await file.read(header, 0, 16, at);
    const size = header.readUInt32BE(0);
    // 1 means that an eight-byte length follows; 0 means that the box extends to the end of the file
    const length = size === 1 ? Number(header.readBigUInt64BE(8)) : size === 0 ? end - at : size;
    const start = size === 1 ? 16 : 8;
    if (length < start) return;
    yield { type: header.toString('latin1', 4, 8), from: at + start, to: at + length };
    at += length;
  }
}

/**
 * Reads the codec of the first audio track from the sample description box (`stsd`) after its sound media header (`smhd`). Skips tracks
 * with a blank codec name.
 */
function findCodec(movieBox: Buffer): string | undefined {
  for (let at = movieBox.indexOf('smhd'); at !== -1; at = movieBox.indexOf('smhd', at + 4)) {
    const tableAt = movieBox.indexOf('stsd', at);
    if (tableAt === -1 || tableAt + 20 > movieBox.length) return undefined;
    const name = movieBox.toString('latin1', tableAt + 16, tableAt + 20);
    if (name.trim() === '') continue;
    const isMp3 = name === 'mp4a' ? isMp3Object(movieBox.subarray(tableAt)) : mp3Names.includes(name);
    if (!isMp3) return name === 'mp4a' ? 'AAC' : name;
    // if there are other tracks, the media data also contains their frames
    if (movieBox.includes('vmhd')) return 'mp3 interleaved with video';
    return movieBox.includes('smhd', at + 4) ? 'mp3 in several tracks' : 'mp3';
  }
  return undefined;
}

/** Returns whether the object type in the descriptor of an `mp4a` sample entry is mp3 (ISO/IEC 14496-1, 7.2.6.6). */
function isMp3Object(entry: Buffer): boolean {
  const descriptorAt = entry.indexOf('esds');
  if (descriptorAt === -1) return false;
  // layout: name (4 bytes), version and flags (4), tag 3, its length (1 to 4), ID and flags (3), tag 4, its length (1 to 4), object type
  const skipLength = (at: number): number => {
    for (let i = at; i < at + 4; i++) if (((entry[i] ?? 0) & 0x80) === 0) return i + 1;
    return at + 4;
  };
  const configAt = skipLength(descriptorAt + 9) + 3;
  return entry[configAt] === 4 && [0x69, 0x6b].includes(entry[skipLength(configAt + 1)] ?? 0);
}
