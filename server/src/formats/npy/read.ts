import { open, type FileHandle } from 'node:fs/promises';
import { ModuleError } from '../../module-contract/module.js';
import { maxHeaderBytes, parseNpyHeader, type NpyHeader } from './header.js';

/** A block of consecutive matrix rows. */
interface RowBlock {
  /** The values in row-major order. The array is reused for the next block. */
  readonly values: Float32Array;
  readonly rows: number;
}

/** A matrix in an NPY file. The matrix is read block by block, because it may not fit in memory. */
interface NpyMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Yields all rows, converted to float32 with the same results as NumPy's `astype`. */
  readonly readBlocks: () => AsyncGenerator<RowBlock>;
}

/** Target size of a float32 block, in bytes. A block has at least one row. */
const blockBytes = 2 ** 20;

/**
 * Opens an NPY file with one vector per row, passes the matrix to `work`, and closes the file.
 *
 * @throws `ModuleError` if the file is not an NPY file, its size does not match its header, or it does not contain a numeric matrix.
 */
export async function readNpyMatrix<T>(path: string, work: (matrix: NpyMatrix) => Promise<T>): Promise<T> {
  const file = await open(path, 'r');
  try {
    const start = Buffer.alloc(maxHeaderBytes);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    const header = parseNpyHeader(start.subarray(0, bytesRead));
    const [rows, columns, ...extraDimensions] = header.shape;
    if (rows === undefined || columns === undefined || extraDimensions.length > 0) {
      throw new ModuleError(
        `Expected the NPY array to have two dimensions, with one vector in each row, got the shape (${header.shape.join(', ')}). ` +
          'Change it with numpy.reshape.',
      );
    }
    await checkSize(file, header, rows * columns);
    const read = header.isColumnMajor ? readColumns : readRows;
    return await work({ rows, columns, readBlocks: () => read(file, header, rows, columns) });
  } finally {
    await file.close();
  }
}

async function checkSize(file: FileHandle, { type, descr, dataOffset }: NpyHeader, count: number): Promise<void> {
  const expected = count * type.bytes;
  const actual = (await file.stat()).size - dataOffset;
  if (actual === expected) return;
  throw new ModuleError(
    `Expected the NPY file to have ${expected} bytes of data, as declared in its header (${count} numbers of type ${descr}), ` +
      `got ${actual}. The file is damaged or cut off; send it again.`,
  );
}

async function* readRows(file: FileHandle, header: NpyHeader, rows: number, columns: number): AsyncGenerator<RowBlock> {
  const { type, dataOffset } = header;
  const blockRows = countBlockRows(rows, columns);
  const bytes = Buffer.alloc(blockRows * columns * type.bytes);
  const values = new Float32Array(blockRows * columns);
  for (let first = 0; first < rows; first += blockRows) {
    const count = Math.min(blockRows, rows - first);
    const part = values.subarray(0, count * columns);
    await readNumbers(file, header, {
      buffer: bytes,
      position: dataOffset + first * columns * type.bytes,
      values: part,
    });
    yield { values: part, rows: count };
  }
}

/** Assembles each block of rows from a slice of every column. */
async function* readColumns(
  file: FileHandle,
  header: NpyHeader,
  rows: number,
  columns: number,
): AsyncGenerator<RowBlock> {
  const { type, dataOffset } = header;
  const blockRows = countBlockRows(rows, columns);
  const bytes = Buffer.alloc(blockRows * type.bytes);
  const column = new Float32Array(blockRows);
  const values = new Float32Array(blockRows * columns);
  for (let first = 0; first < rows; first += blockRows) {
    const count = Math.min(blockRows, rows - first);
    const part = column.subarray(0, count);
    for (let j = 0; j < columns; j++) {
      await readNumbers(file, header, {
        buffer: bytes,
        position: dataOffset + (j * rows + first) * type.bytes,
        values: part,
      });
      for (let i = 0; i < count; i++) values[i * columns + j] = part[i] ?? 0;
    }
    yield { values: values.subarray(0, count * columns), rows: count };
  }
}

function countBlockRows(rows: number, columns: number): number {
  return Math.min(Math.max(1, Math.floor(blockBytes / Math.max(1, columns * 4))), rows);
}

async function readNumbers(
  file: FileHandle,
  { type, isBigEndian }: NpyHeader,
  { buffer, position, values }: { buffer: Buffer; position: number; values: Float32Array },
): Promise<void> {
  const length = values.length * type.bytes;
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0)
      throw new Error('Expected the NPY file not to change while it is read, got an unexpected end of file');
    done += bytesRead;
  }
  const bytes = buffer.subarray(0, length);
  if (isBigEndian) swapBytes(bytes, type.bytes);
  type.read(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), values);
}

function swapBytes(bytes: Buffer, size: number): void {
  if (size === 2) bytes.swap16();
  else if (size === 4) bytes.swap32();
  else if (size === 8) bytes.swap64();
}
