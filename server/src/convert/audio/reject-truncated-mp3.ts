import { open } from 'node:fs/promises';
import { ModuleError } from '../../module-contract/module.js';

/** Number of bytes to search for the Xing or Info frame, which stray bytes can precede. */
const searchBytes = 4096;
/**
 * Maximum number of bytes from the start of the frame to the end of the marker: header (4), checksum (2), side information (32) and
 * marker (4).
 */
const maxMarkerEnd = 42;

/**
 * Rejects an mp3 file that is shorter than its Xing or Info frame declares, because a partial transcript would look complete.
 * Most encoders write such a frame. A file that declares no size is accepted, because its original size is unknown.
 *
 * @throws `ModuleError` if the file is truncated.
 */
export async function rejectTruncatedMp3(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tagHeader = Buffer.alloc(10);
    await file.read(tagHeader, 0, tagHeader.length, 0);
    const start = Buffer.alloc(searchBytes);
    const { bytesRead } = await file.read(start, 0, start.length, getId3TagLength(tagHeader));
    const declared = readDeclaredSize(start.subarray(0, bytesRead));
    // compare with the size of the entire file, because some encoders include the ID3v2 tag in the declared size
    if (declared === undefined || declared <= size) return;
    throw new ModuleError(
      `Expected the recording to have ${declared} bytes, as declared in its header, got ${size}. It is cut off; send the complete file.`,
    );
  } finally {
    await file.close();
  }
}

/**
 * Returns the length of an ID3v2 tag, including its header and footer (https://id3.org/id3v2.4.0-structure, section 3.1), or 0 if there is
 * no tag. The last four bytes of the ten-byte header encode the length between the header and the footer, with seven bits in each byte.
 */
export function getId3TagLength(header: Buffer): number {
  if (header.toString('latin1', 0, 3) !== 'ID3') return 0;
  const length = header.subarray(6).reduce((sum, byte) => sum * 128 + (byte & 127), 0);
  const footer = (header[5] ?? 0) & 0x10 ? 10 : 0;
  return 10 + length + footer;
}

/**
 * Reads the file's declared size, in bytes, from the Xing or Info frame at its start. Returns `undefined` if the frame is missing or
 * incomplete, or declares no size.
 */
function readDeclaredSize(start: Buffer): number | undefined {
  const frameStart = start.findIndex((byte, i) => byte === 0xff && ((start[i + 1] ?? 0) & 0xe0) === 0xe0);
  if (frameStart === -1) return undefined;
  const firstFrame = start.subarray(frameStart);
  const markerAt = ['Xing', 'Info']
    .map((name) => firstFrame.indexOf(name))
    .find((at) => at !== -1 && at <= maxMarkerEnd - 4);
  if (markerAt === undefined || markerAt + 16 > firstFrame.length) return undefined;
  const flags = firstFrame.readUInt32BE(markerAt + 4);
  const hasFrameCount = (flags & 1) !== 0;
  const hasByteCount = (flags & 2) !== 0;
  return hasByteCount ? firstFrame.readUInt32BE(markerAt + (hasFrameCount ? 12 : 8)) : undefined;
}
