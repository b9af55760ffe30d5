import type { RowRange } from './scan-vectors.js';

/** A file's vectors and snippets on disk. */
export interface SearchedIndex {
  readonly indexPath: string;
  readonly snippetsPath: string;
  /** The number of vectors. */
  readonly count: number;
}

/** A range of rows, and the index that contains them. */
interface BatchPart<I extends SearchedIndex> {
  readonly index: I;
  readonly range: RowRange;
}

/**
 * Maximum size of a batch's vectors, in bytes. Scanning this many bytes takes about 10 ms, after which another search can run or this
 * search can be aborted.
 */
const maxBatchBytes = 2 ** 24;
/** Maximum number of files in a batch. Bounds the time to open the files, which can exceed the time to read their vectors. */
const maxBatchFiles = 64;

/** Splits large indexes and combines small ones into batches. Each batch is processed by one thread. */
export function* splitIntoBatches<I extends SearchedIndex>(
  indexes: readonly I[],
  dimension: number,
): Generator<readonly BatchPart<I>[]> {
  const rowsPerBatch = Math.max(1, Math.floor(maxBatchBytes / (dimension * 4)));
  let batch: BatchPart<I>[] = [];
  let rowCount = 0;
  for (const index of indexes) {
    let fromRow = 0;
    do {
      const toRow = Math.min(index.count, fromRow + rowsPerBatch - rowCount);
      const { indexPath, snippetsPath } = index;
      batch.push({ index, range: { indexPath, snippetsPath, fromRow, toRow } });
      rowCount += toRow - fromRow;
      fromRow = toRow;
      if (rowCount >= rowsPerBatch || batch.length >= maxBatchFiles) {
        yield batch;
        batch = [];
        rowCount = 0;
      }
    } while (fromRow < index.count);
  }
  if (batch.length > 0) yield batch;
}
