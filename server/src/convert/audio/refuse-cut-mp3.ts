import { open } from 'node:fs/promises';
import { ModuleError } from '../../module-contract/module.js';

/** Covers the first frame's header and side information, and stray bytes before it. */
const searchedBytes = 4096;
/** Bytes from a frame's start to the end of the mark: at most 4 of header, 2 of checksum, 32 of side information, 4 of mark. */
const markWithin = 42;

/**
 * Rejects an mp3 file with fewer bytes than its first frame declares: half a transcript would look complete. Most encoders
 * write that frame. Without it, the original length is unknown.
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
    const declared = declaredBytes(start.subarray(0, bytesRead));
    // compared with the whole file, in case an encoder counted the tag as well
    if (declared === undefined || declared <= size) return;
    throw new ModuleError(
      `Expected the recording to have ${declared} bytes, as its header says, got ${size}. It is cut off; send the whole file.`,
    );
  } finally {
    await file.close();
  }
}

/** The length of an ID3v2 tag (https://id3.org/id3v2.4.0-structure, section 3.1): the last four of ten bytes hold seven bits each. */
function lengthOfTag(tag: Buffer): number {
  if (tag.toString('latin1', 0, 3) !== 'ID3') return 0;
  const length = tag.subarray(6).reduce((sum, byte) => sum * 128 + (byte & 127), 0);
  const footer = (tag[5] ?? 0) & 0x10 ? 10 : 0;
  return 10 + length + footer;
}

/** Reads the silent first frame that describes the others: marked `Xing`, or `Info` for a constant bit rate. */
function declaredBytes(start: Buffer): number | undefined {
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
