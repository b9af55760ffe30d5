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

/** Maximum size of a batch's vectors, in bytes. Such a batch takes about 10 ms, which allows searches to be interleaved and aborted. */
const batchBytes = 2 ** 24;
/** Maximum number of files in a batch. Limited because opening a file takes longer than reading a few vectors. */
const batchFiles = 64;

/** Splits large indexes and combines small ones into batches. Each batch is processed by one thread. */
export function* splitIntoBatches<I extends SearchedIndex>(
  indexes: readonly I[],
  dimension: number,
): Generator<readonly BatchPart<I>[]> {
  const rowsPerBatch = Math.max(1, Math.floor(batchBytes / (dimension * 4)));
  let batch: BatchPart<I>[] = [];
  let rows = 0;
  for (const index of indexes) {
    let fromRow = 0;
    do {
      const toRow = Math.min(index.count, fromRow + rowsPerBatch - rows);
      const { indexPath, snippetsPath } = index;
      batch.push({ index, range: { indexPath, snippetsPath, fromRow, toRow } });
      rows += toRow - fromRow;
      fromRow = toRow;
      if (rows >= rowsPerBatch || batch.length >= batchFiles) {
        yield batch;
        batch = [];
        rows = 0;
      }
    } while (fromRow < index.count);
  }
  if (batch.length > 0) yield batch;
}
