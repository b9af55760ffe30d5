import { open, type FileHandle } from 'node:fs/promises';
import { ModuleError } from '../../module-contract/module.js';

/** The position of the samples in a WAV file. */
export interface WavSamples {
  /** A minimal WAV header to pass to the decoder before the samples. The decoder cannot read padded chunks, RF64, BW64 or Wave64. */
  readonly header: Buffer;
  /** The range of the samples in the file, in bytes. `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  /** Number of bytes that the header declares but the file lacks. 0 if the declared size is a placeholder. */
  readonly missingBytes: number;
}

/** The chunk layout of a WAV variant. */
interface Layout {
  /** The offset of the first chunk. */
  readonly start: number;
  readonly idLength: number;
  readonly readSize: (header: Buffer) => number;
  /** Returns the offset of the chunk after the one that ends at `end`. `nextByte` is the byte at `end`, which may be padding. */
  readonly findNext: (end: number, nextByte: number) => number;
}

/** RIFF: a zero byte pads a chunk of odd length, but some programs omit the padding. */
const riff: Layout = {
  start: 12,
  idLength: 4,
  readSize: (header) => header.readUInt32LE(4),
  findNext: (end, nextByte) => end + (end % 2 === 1 && nextByte === 0 ? 1 : 0),
};
/** Sony Wave64: IDs are 16 bytes long. Sizes are 8 bytes long and include the chunk's header. Chunks are aligned to 8 bytes. */
const wave64: Layout = {
  start: 40,
  idLength: 16,
  readSize: (header) => Math.max(0, Number(header.readBigUInt64LE(16)) - 24),
  findNext: (end) => Math.ceil(end / 8) * 8,
};
const wave64Id = Buffer.from('726966662e91cf11a5d628db04c10000', 'hex');

const maxChunks = 10_000;
const maxFormatBytes = 4096;
/**
 * Returns whether a declared size is a placeholder. Programs that write to a pipe declare 0, or a value near the maximum of the field. In a
 * 32-bit field, values near 2 and 4 GiB are placeholders.
 */
function isPlaceholder(size: number, is64Bit: boolean): boolean {
  if (size === 0) return true;
  if (is64Bit) return size > Number.MAX_SAFE_INTEGER;
  return size >= 0xffff_0000 || (size >= 0x7fff_0000 && size <= 0x8000_ffff);
}

/**
 * Finds the samples in a WAV file: RIFF, its variants for more than 4 GB (RF64, BW64), and Wave64. Returns `undefined` for other
 * formats.
 *
 * @throws `ModuleError` if the file is big-endian (RIFX), or has no `data` chunk after a `fmt` chunk.
 */
export async function findWavSamples(path: string): Promise<WavSamples | undefined> {
  const file = await open(path);
  try {
    const start = Buffer.alloc(40);
    await file.read(start, 0, start.length, 0);
    const id = start.toString('latin1', 0, 4);
    if (start.subarray(0, 16).equals(wave64Id)) return await findSamples(file, wave64);
    if (start.toString('latin1', 8, 12) !== 'WAVE') return undefined;
    if (id === 'RIFX') {
      throw new ModuleError(
        "The audio in this file (a big-endian WAV, RIFX) needs ffmpeg, which is not on this server's PATH. " +
          'Install it (apt-get install ffmpeg), or send the recording as mp3, wav, flac or ogg.',
      );
    }
    return ['RIFF', 'RF64', 'BW64'].includes(id) ? await findSamples(file, riff) : undefined;
  } finally {
    await file.close();
  }
}

async function findSamples(file: FileHandle, layout: Layout): Promise<WavSamples> {
  const { size: fileSize } = await file.stat();
  let format: Buffer | undefined;
  let size64: number | undefined;
  for await (const { id, from, size } of readChunkHeaders(file, fileSize, layout)) {
    if (id === 'fmt ') format = await readAt(file, from, Math.min(size, maxFormatBytes));
    else if (id === 'ds64') size64 = Number((await readAt(file, from, 16)).readBigUInt64LE(8));
    else if (id === 'data' && format) {
      const declared = size === 0xffff_ffff && size64 !== undefined ? size64 : size;
      const isUnknown = isPlaceholder(declared, layout === wave64 || declared === size64);
      const end = isUnknown ? fileSize : from + declared;
      return {
        header: createHeader(format),
        from,
        to: Math.min(fileSize, end),
        missingBytes: Math.max(0, end - fileSize),
      };
    }
  }
  throw new ModuleError('No audio could be read from this file: it is a WAV file without samples, or cut off.');
}

async function* readChunkHeaders(
  file: FileHandle,
  fileSize: number,
  { start, idLength, readSize, findNext }: Layout,
): AsyncGenerator<{ id: string; from: number; size: number }> {
  for (let at = start, count = 0; at + idLength < fileSize && count < maxChunks; count++) {
    const header = await readAt(file, at, 24);
    const from = at + (idLength === 4 ? 8 : 24);
    const size = readSize(header);
    yield { id: header.toString('latin1', 0, 4), from, size };
    at = findNext(from + size, (await readAt(file, from + size, 1)).readUInt8(0));
  }
}

/** Reads `length` bytes at an offset. Bytes beyond the end of the file are 0. */
async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.max(length, 16));
  await file.read(bytes, 0, length, at);
  return bytes.subarray(0, length);
}

/** Returns a WAV header with placeholders for the lengths. */
function createHeader(format: Buffer): Buffer {
  const start = Buffer.from('RIFF\xff\xff\xff\xffWAVEfmt \0\0\0\0', 'latin1');
  start.writeUInt32LE(format.length, 16);
  return Buffer.concat([start, format, Buffer.from('data\xff\xff\xff\xff', 'latin1')]);
}
