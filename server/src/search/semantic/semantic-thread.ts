import { parentPort } from 'node:worker_threads';
import { scanVectors, type Scanned, type Stretch } from './scan-vectors.js';

/** To the thread: what it shall compare with the query. */
export interface ScanRequest {
  readonly stretches: readonly Stretch[];
  readonly query: Float32Array;
  readonly limit: number;
}

/** From the thread: what came of each stretch. */
export type ScanResponse = readonly Scanned[];

/** The entry of a thread that compares vectors, one request at a time. */
parentPort?.on('message', ({ stretches, query, limit }: ScanRequest) => {
  const response: ScanResponse = stretches.map((stretch) => scanVectors(stretch, query, limit));
  parentPort?.postMessage(response);
});
