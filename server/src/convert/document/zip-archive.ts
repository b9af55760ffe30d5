import { crc32, inflateRawSync } from 'node:zlib';
import { formatBytes } from 'millrace/shared/rules/files/file-size.js';
import { ModuleError } from '../../module-contract/module.js';

interface Entry {
  readonly method: number;
  readonly checksum: number;
  readonly compressedSize: number;
  readonly size: number;
  /** The offset of the local file header in the archive, in bytes. */
  readonly offset: number;
}

const localHeaderSignature = 0x04034b50;
const centralHeaderSignature = 0x02014b50;
const endRecordSignature = 0x06054b50;
/** Maximum length of the end of central directory record: 22 bytes, plus a comment of up to 65,535 bytes. */
const maxEndRecordBytes = 22 + 65_535;
const methodStored = 0;
const methodDeflated = 8;

/**
 * Reads the parts of a document that is a ZIP archive (PKWARE APPNOTE 6.3), such as a docx file. Decompresses each part on demand.
 *
 * Rejects parts whose size or checksum is wrong, and limits the total decompressed size of all reads.
 */
export class ZipArchive {
  readonly #bytes: Buffer;
  readonly #entryByName: ReadonlyMap<string, Entry>;
  readonly #kind: string;
  readonly #maxBytes: number;
  #bytesLeft: number;

  /**
   * @param kind The file type for error messages, such as `DOCX`.
   * @param maxBytes The maximum total size of the parts returned by all calls to `read`, in bytes.
   * @throws `ModuleError` if the central directory is missing or corrupt.
   */
  constructor(bytes: Buffer, kind: string, maxBytes: number) {
    this.#bytes = bytes;
    this.#kind = kind;
    this.#maxBytes = maxBytes;
    this.#bytesLeft = maxBytes;
    try {
      this.#entryByName = readCentralDirectory(bytes);
    } catch {
      throw this.#createDamagedError();
    }
  }

  get names(): readonly string[] {
    return [...this.#entryByName.keys()];
  }

  /**
   * Returns the content of a part, or `undefined` if the part is not in the archive.
   *
   * @throws `ModuleError` if the part is corrupt or would exceed the limit.
   */
  read(name: string): Buffer | undefined {
    const entry = this.#entryByName.get(name);
    if (!entry) return undefined;
    if (entry.size > this.#bytesLeft) throw this.#createTooLargeError();
    const content = this.#decompress(entry);
    if (content.length !== entry.size || crc32(content) !== entry.checksum) throw this.#createDamagedError();
    this.#bytesLeft -= content.length;
    return content;
  }

  #decompress({ method, compressedSize, size, offset }: Entry): Buffer {
    try {
      if (this.#bytes.readUInt32LE(offset) !== localHeaderSignature) throw this.#createDamagedError();
      const start = offset + 30 + this.#bytes.readUInt16LE(offset + 26) + this.#bytes.readUInt16LE(offset + 28);
      const data = this.#bytes.subarray(start, start + compressedSize);
      if (method === methodStored) return data;
      if (method !== methodDeflated) throw this.#createDamagedError();
      // one byte more than declared is enough to detect a wrong size
      return inflateRawSync(data, { maxOutputLength: size + 1 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
        throw new ModuleError(`The ${this.#kind} is damaged: it expands to more than its declared size.`);
      }
      throw this.#createDamagedError();
    }
  }

  #createDamagedError(): ModuleError {
    return new ModuleError(`The ${this.#kind} is damaged or cut off. Save it again, and send the new file.`);
  }

  #createTooLargeError(): ModuleError {
    const limit = formatBytes(this.#maxBytes);
    return new ModuleError(
      `The ${this.#kind} expands to more than ${limit}. Send its text, or raise the server's limit (maxExpandedBytes).`,
    );
  }
}

function readCentralDirectory(bytes: Buffer): Map<string, Entry> {
  const end = findEndRecord(bytes);
  const count = bytes.readUInt16LE(end + 10);
  const entries = new Map<string, Entry>();
  for (let i = 0, at = bytes.readUInt32LE(end + 16); i < count; i++) {
    if (bytes.readUInt32LE(at) !== centralHeaderSignature) throw new RangeError('no entry');
    const nameEnd = at + 46 + bytes.readUInt16LE(at + 28);
    entries.set(bytes.toString('utf8', at + 46, nameEnd), {
      method: bytes.readUInt16LE(at + 10),
      checksum: bytes.readUInt32LE(at + 16),
      compressedSize: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    });
    at = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

function findEndRecord(bytes: Buffer): number {
  const earliest = Math.max(0, bytes.length - maxEndRecordBytes);
  for (let at = bytes.length - 22; at >= earliest; at--) if (bytes.readUInt32LE(at) === endRecordSignature) return at;
  throw new RangeError('no directory');
}
