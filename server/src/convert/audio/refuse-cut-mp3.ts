import { open } from 'node:fs/promises';
import { ModuleError } from '../../module-contract/module.js';

/** The first frame, its header and side information, and rubbish before it. */
const searchedBytes = 4096;
/** From a frame's beginning to behind the mark: at most 4 bytes of header, 2 of checksum, 32 of side information. */
const markWithin = 42;

/**
 * Refuses an mp3 that has fewer bytes than its first frame says: half a transcript would look like a whole one. Most encoders
 * write that frame; without it nobody knows how long the recording was.
 *
 * @throws `ModuleError`
 */
export async function refuseCutMp3(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tag = Buffer.alloc(10);
    await file.read(tag, 0, tag.length, 0);
    const start = Buffer.alloc(searchedBytes);
    const { bytesRead } = await file.read(start, 0, start.length, lengthOfTag(tag));
    const announced = announcedBytes(start.subarray(0, bytesRead));
    // of the whole file: should an encoder have counted the tag as well, no good file is refused
    if (announced === undefined || announced <= size) return;
    throw new ModuleError(`The recording is cut off: it says that it has ${announced} bytes, and has ${size}.`);
  } finally {
    await file.close();
  }
}

/** ID3v2 (https://id3.org/id3v2.4.0-structure, section 3.1): ten bytes, and seven bits of length in each of the last four. */
function lengthOfTag(tag: Buffer): number {
  if (tag.toString('latin1', 0, 3) !== 'ID3') return 0;
  const length = tag.subarray(6).reduce((sum, byte) => sum * 128 + (byte & 127), 0);
  const footer = (tag[5] ?? 0) & 0x10 ? 10 : 0;
  return 10 + length + footer;
}

/** Of the frame without sound that tells of the others: `Xing`, or `Info` where all have the same length. */
function announcedBytes(start: Buffer): number | undefined {
  const frame = start.findIndex((byte, i) => byte === 0xff && ((start[i + 1] ?? 0) & 0xe0) === 0xe0);
  if (frame === -1) return undefined;
  const first = start.subarray(frame);
  const mark = ['Xing', 'Info'].map((name) => first.indexOf(name)).find((at) => at !== -1 && at <= markWithin - 4);
  if (mark === undefined || mark + 16 > first.length) return undefined;
  const fields = first.readUInt32BE(mark + 4);
  const countsFrames = (fields & 1) !== 0;
  const countsBytes = (fields & 2) !== 0;
  return countsBytes ? first.readUInt32BE(mark + (countsFrames ? 12 : 8)) : undefined;
}
