import { describeStart } from './show-start.js';

/** Length of the header, in bytes. */
export const faissHeaderBytes = 45;

/** The value that FAISS writes to unused fields. */
const unusedValue = 2n ** 20n;
const fourcc = 'IxFI';

interface FaissHeader {
  readonly dimension: number;
  readonly count: number;
}

/**
 * Creates the header of a flat FAISS inner-product index, `IndexFlatIP`, in the format of `faiss.write_index`
 * (https://github.com/facebookresearch/faiss/blob/main/faiss/impl/index_write.cpp). Little-endian float32 vectors follow the
 * header.
 */
export function createFaissHeader({ dimension, count }: FaissHeader): Buffer {
  const header = Buffer.alloc(faissHeaderBytes);
  header.write(fourcc, 'latin1');
  header.writeInt32LE(dimension, 4);
  header.writeBigInt64LE(BigInt(count), 8);
  header.writeBigInt64LE(unusedValue, 16);
  header.writeBigInt64LE(unusedValue, 24);
  header.writeUInt8(1, 32); // is_trained
  header.writeInt32LE(0, 33); // metric_type: inner product
  header.writeBigUInt64LE(BigInt(count) * BigInt(dimension), 37);
  return header;
}

/**
 * Parses a header created by {@link createFaissHeader}.
 *
 * @param start The first {@link faissHeaderBytes} bytes of the file, or the whole file if it is smaller.
 * @param fileBytes The size of the file, in bytes.
 * @throws An error if the header has a different format, or does not match the size of the file.
 */
export function parseFaissHeader(start: Buffer, fileBytes: number): FaissHeader {
  const isFlat = start.length === faissHeaderBytes && start.toString('latin1', 0, 4) === fourcc;
  if (!isFlat) {
    throw new Error(`Expected a flat FAISS inner-product index, got ${describeStart(start, faissHeaderBytes, 4)}`);
  }
  const dimension = start.readInt32LE(4);
  const count = Number(start.readBigInt64LE(8));
  const expectedBytes = faissHeaderBytes + count * dimension * 4;
  if (fileBytes === expectedBytes && dimension >= 0 && count >= 0) return { dimension, count };
  throw new Error(
    `Expected the FAISS index to have ${expectedBytes} bytes, as declared in its header, got ${fileBytes}`,
  );
}
