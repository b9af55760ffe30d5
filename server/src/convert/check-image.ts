import { open } from 'node:fs/promises';
import { ModuleError, type ModuleLimits } from '../module-contract/module.js';
import { sniffFile } from './file-kind.js';

export interface ImageFacts {
  readonly kind: 'png' | 'jpeg';
  readonly width: number;
  readonly height: number;
}

/** Maximum header length, in bytes. In photographs, the size is stored after any previews and colour profiles. */
const maxHeaderBytes = 4 * 2 ** 20;

/**
 * Reads the size of a PNG or JPEG image from its header before the image is decoded, because a 1.2 MB PNG file can contain
 * 400 megapixels, which would take up 2.5 GB of memory when decoded.
 *
 * @throws `ModuleError` if the file is not a PNG or JPEG image, its header is corrupt, or the image has too many pixels.
 */
export async function checkImage(path: string, limits: Pick<ModuleLimits, 'maxPixels'>): Promise<ImageFacts> {
  const header = await readStart(path);
  const facts = readPng(header) ?? readJpeg(header);
  if (!facts) {
    const { name } = await sniffFile(path);
    throw new ModuleError(
      `Expected the file to be a PNG or JPEG image, got what looks like ${name}. Convert it to one of these.`,
    );
  }
  const { kind, width, height } = facts;
  if (width === 0 || height === 0) {
    throw new ModuleError(
      `The image could not be read (the ${kind === 'png' ? 'PNG' : 'JPEG'} is damaged or cut off). Send a complete file.`,
    );
  }
  if (width * height > limits.maxPixels) {
    throw new ModuleError(
      `Expected the image to have at most ${showMegapixels(limits.maxPixels)} megapixels, got ${showMegapixels(width * height)}. ` +
        "Make it smaller, or raise the server's limit.",
    );
  }
  return facts;
}

function showMegapixels(pixels: number): string {
  return String(Number((pixels / 1e6).toPrecision(3)));
}

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, maxHeaderBytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Reads the IHDR chunk, which is always first (PNG specification, 11.2.2). */
function readPng(bytes: Buffer): ImageFacts | undefined {
  if (bytes.toString('latin1', 0, 8) !== '\x89PNG\r\n\x1a\n') return undefined;
  const hasSize = bytes.length >= 24 && bytes.toString('latin1', 12, 16) === 'IHDR';
  return { kind: 'png', width: hasSize ? bytes.readUInt32BE(16) : 0, height: hasSize ? bytes.readUInt32BE(20) : 0 };
}

/** Reads the first frame header, SOF0 to SOF15 (ITU-T T.81, B.2.2), after skipping other marker segments. */
function readJpeg(bytes: Buffer): ImageFacts | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8 || bytes[2] !== 0xff) return undefined;
  const damaged: ImageFacts = { kind: 'jpeg', width: 0, height: 0 };
  for (let at = 2; at + 9 <= bytes.length;) {
    if (bytes[at] !== 0xff) return damaged;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      // skip padding between segments
      at++;
      continue;
    }
    // the DHT, JPG and DAC markers fall within the range of frame headers
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { kind: 'jpeg', width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    const hasNoLength = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    at += hasNoLength ? 2 : 2 + Math.max(2, bytes.readUInt16BE(at + 2));
  }
  return damaged;
}
