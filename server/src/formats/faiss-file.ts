import { showStart } from './show-start.js';

/** The header length in bytes, which is also the offset of the vectors. */
export const faissHeaderBytes = 45;

/** The value that FAISS writes to unused fields. */
const unused = 2n ** 20n;
const fourcc = 'IxFI';

interface FaissHeader {
  readonly dimension: number;
  readonly count: number;
}

/**
 * Creates the header for a flat FAISS inner-product index, `IndexFlatIP`, in the format written by `faiss.write_index`
 * (https://github.com/facebookresearch/faiss/blob/main/faiss/impl/index_write.cpp). Little-endian float32 vectors follow the
 * header.
 */
export function faissHeader({ dimension, count }: FaissHeader): Buffer {
  const header = Buffer.alloc(faissHeaderBytes);
  header.write(fourcc, 'latin1');
  header.writeInt32LE(dimension, 4);
  header.writeBigInt64LE(BigInt(count), 8);
  header.writeBigInt64LE(unused, 16);
  header.writeBigInt64LE(unused, 24);
  header.writeUInt8(1, 32); // is_trained
  header.writeInt32LE(0, 33); // metric_type: inner product
  header.writeBigUInt64LE(BigInt(count) * BigInt(dimension), 37);
  return header;
}

/**
 * Parses a header created by {@link faissHeader}.
 *
 * @param start The first {@link faissHeaderBytes} bytes of the file.
 * @param fileBytes The size of the whole file, in bytes.
 * @throws If the header has a different format, or does not match the file size.
 */
export function parseFaissHeader(start: Buffer, fileBytes: number): FaissHeader {
  const isFlat = start.length === faissHeaderBytes && start.toString('latin1', 0, 4) === fourcc;
  if (!isFlat) {
    throw new Error(`Expected a flat FAISS inner-product index, got ${showStart(start, faissHeaderBytes, 4)}`);
  }
  const dimension = start.readInt32LE(4);
  const count = Number(start.readBigInt64LE(8));
  const expected = faissHeaderBytes + count * dimension * 4;
  if (fileBytes === expected && dimension >= 0 && count >= 0) return { dimension, count };
  throw new Error(`Expected the FAISS index to have ${expected} bytes, as declared in its header, got ${fileBytes}`);
}
