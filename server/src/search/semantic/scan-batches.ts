import type { Stretch } from './scan-vectors.js';

/** One file's index, on the disk. */
export interface SearchedIndex {
  readonly indexPath: string;
  readonly snippetsPath: string;
  /** How many vectors it has. */
  readonly count: number;
}

/** A stretch, and the index that it is of. */
export interface BatchPart<I extends SearchedIndex> {
  readonly index: I;
  readonly stretch: Stretch;
}

/** Bytes of vectors in a batch: some ten milliseconds of work, so that a search can be stopped and others get their turn. */
const batchBytes = 2 ** 24;
/** Files in a batch: opening one takes longer than reading a few vectors. */
const batchFiles = 64;

/** Cuts large indexes, and puts small ones together, into batches for one thread each. */
export function* batchesOf<I extends SearchedIndex>(
  indexes: readonly I[],
  dimension: number,
): Generator<readonly BatchPart<I>[]> {
  const rowsAtOnce = Math.max(1, Math.floor(batchBytes / (dimension * 4)));
  let batch: BatchPart<I>[] = [];
  let rows = 0;
  for (const index of indexes) {
    let fromRow = 0;
    do {
      const toRow = Math.min(index.count, fromRow + rowsAtOnce - rows);
      const { indexPath, snippetsPath } = index;
      batch.push({ index, stretch: { indexPath, snippetsPath, fromRow, toRow } });
      rows += toRow - fromRow;
      fromRow = toRow;
      if (rows >= rowsAtOnce || batch.length >= batchFiles) {
        yield batch;
        batch = [];
        rows = 0;
      }
    } while (fromRow < index.count);
  }
  if (batch.length > 0) yield batch;
}
