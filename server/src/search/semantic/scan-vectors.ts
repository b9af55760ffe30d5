import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { endianness } from 'node:os';
import { faissHeaderBytes, parseFaissHeader } from '../../formats/faiss-file.js';
import {
  isDuplicate,
  parseSnippetsHeader,
  getDuplicateBitsLength,
  snippetsHeaderBytes,
} from '../../formats/snippets-file.js';
import { NearestRows, type Neighbor } from './nearest.js';

/** A range of rows in one file's index to compare with a query. */
export interface RowRange {
  readonly indexPath: string;
  readonly snippetsPath: string;
  readonly fromRow: number;
  /** The end of the range, exclusive. It can exceed the number of rows. */
  readonly toRow: number;
}

/** The result of comparing a {@link RowRange} with a query. */
export type ScanResult =
  | { readonly kind: 'neighbors'; readonly neighbors: readonly Neighbor[] }
  | { readonly kind: 'other dimension'; readonly dimension: number }
  /** The index or the snippets file does not exist, for example because both were deleted after the search started. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Number of bytes to read at once. Small enough for the vectors to stay in the CPU cache until they are compared. */
const blockBytes = 2 ** 19;

/** A reusable buffer for a block of rows. */
let block = new Float32Array(0);

/**
 * Finds the rows nearest to a query by comparing every row in the range. Skips rows with the same text as an earlier row.
 *
 * Reads the files synchronously. This does not block the server, because the function runs in a worker thread.
 *
 * @param query A vector normalized to length 1, like the rows.
 */
export function scanVectors(range: RowRange, query: Float32Array, limit: number): ScanResult {
  try {
    return withFile(range.indexPath, (fd) => scanFile(fd, range, query, limit));
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return { kind: 'gone' };
    return { kind: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
  }
}

function scanFile(fd: number, range: RowRange, query: Float32Array, limit: number): ScanResult {
  const header = Buffer.alloc(faissHeaderBytes);
  readFully(fd, header, 0);
  const { count, dimension } = parseFaissHeader(header, fstatSync(fd).size);
  const duplicateBits = readDuplicateBits(range.snippetsPath, count);
  if (count === 0) return { kind: 'neighbors', neighbors: [] };
  if (dimension !== query.length) return { kind: 'other dimension', dimension };
  const nearest = new NearestRows(limit);
  const rowsPerBlock = Math.max(1, Math.floor(blockBytes / (dimension * 4)));
  if (block.length < rowsPerBlock * dimension) block = new Float32Array(rowsPerBlock * dimension);
  const bytes = Buffer.from(block.buffer);
  const end = Math.min(count, range.toRow);
  for (let firstRow = range.fromRow; firstRow < end; firstRow += rowsPerBlock) {
    const rowCount = Math.min(rowsPerBlock, end - firstRow);
    const part = bytes.subarray(0, rowCount * dimension * 4);
    readFully(fd, part, faissHeaderBytes + firstRow * dimension * 4);
    if (endianness() === 'BE') part.swap32();
    for (let i = 0; i < rowCount; i++) {
      const cosine = computeDotProduct(block, i * dimension, query, dimension);
      if (cosine > nearest.threshold && !isDuplicate(duplicateBits, firstRow + i)) nearest.add(firstRow + i, cosine);
    }
  }
  return { kind: 'neighbors', neighbors: nearest.toSorted() };
}

function readDuplicateBits(path: string, vectorCount: number): Uint8Array {
  return withFile(path, (fd) => {
    const header = Buffer.alloc(snippetsHeaderBytes);
    readFully(fd, header, 0);
    const { count, duplicateCount } = parseSnippetsHeader(header);
    if (count !== vectorCount) throw new Error(`Expected ${vectorCount} snippets, one for each vector, got ${count}`);
    const bits = Buffer.alloc(duplicateCount === 0 ? 0 : getDuplicateBitsLength(count));
    readFully(fd, bits, snippetsHeaderBytes);
    return bits;
  });
}

/** Computes the dot product of a row and a query. The CPU can overlap the additions, because the four sums are independent. */
function computeDotProduct(rows: Float32Array, from: number, query: Float32Array, dimension: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const unrolledLength = dimension - (dimension % 4);
  let i = 0;
  for (; i < unrolledLength; i += 4) {
    a += (rows[from + i] as number) * (query[i] as number);
    b += (rows[from + i + 1] as number) * (query[i + 1] as number);
    c += (rows[from + i + 2] as number) * (query[i + 2] as number);
    d += (rows[from + i + 3] as number) * (query[i + 3] as number);
  }
  for (; i < dimension; i++) a += (rows[from + i] as number) * (query[i] as number);
  return a + b + (c + d);
}

function withFile<T>(path: string, work: (fd: number) => T): T {
  const fd = openSync(path, 'r');
  try {
    return work(fd);
  } finally {
    closeSync(fd);
  }
}

function readFully(fd: number, into: Buffer, position: number): void {
  for (let filled = 0; filled < into.length;) {
    const bytesRead = readSync(fd, into, filled, into.length - filled, position + filled);
    if (bytesRead === 0) throw new Error(`Expected ${into.length} bytes at ${position}, got the end of the file`);
    filled += bytesRead;
  }
}
