import { parentPort } from 'node:worker_threads';
import { scanVectors, type ScanResult, type RowRange } from './scan-vectors.js';

/** A message to the thread, containing a query and the row ranges to compare with it. */
export interface ScanRequest {
  readonly ranges: readonly RowRange[];
  readonly query: Float32Array;
  /** Maximum number of neighbors per range. */
  readonly limit: number;
}

/** A message from the thread, containing the result for each range. */
export type ScanResponse = readonly ScanResult[];

// the thread's entry point, which handles one request at a time
parentPort?.on('message', ({ ranges, query, limit }: ScanRequest) => {
  const response: ScanResponse = ranges.map((range) => scanVectors(range, query, limit));
  parentPort?.postMessage(response);
});
