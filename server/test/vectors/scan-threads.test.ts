import { onTestFinished, expect, it } from 'vitest';
import { ScanThreadPool } from '../../src/search/semantic/scan-thread-pool.js';
import { makeIndex, makeVectors } from './make-index.js';

function startThreads(): ScanThreadPool {
  const threads = new ScanThreadPool();
  onTestFinished(() => threads.close());
  return threads;
}

const query = Float32Array.of(1, 0, 0);

it('resolves each of many requests with its own result, in whatever order the threads finish', async () => {
  const threads = startThreads();
  const indexes = await Promise.all(Array.from({ length: 12 }, (_, i) => makeIndex(makeVectors(i + 1, 3, i + 1))));
  const responses = await Promise.all(
    indexes.map(({ indexPath, snippetsPath }) =>
      threads.scan({ ranges: [{ indexPath, snippetsPath, fromRow: 0, toRow: Infinity }], query, limit: 100 }),
    ),
  );
  const counts = responses.map(([scanned]) => scanned?.kind === 'neighbors' && scanned.neighbors.length);
  expect(counts).toEqual(indexes.map(({ count }) => count));
});

it('returns the outcome of each range', async () => {
  const { indexPath, snippetsPath } = await makeIndex([[1, 0, 0]]);
  const range = { indexPath, snippetsPath, fromRow: 0, toRow: 1 };
  const ranges = [{ ...range, indexPath: `${indexPath}.no` }, range, { ...range, indexPath: snippetsPath }];
  const response = await startThreads().scan({ ranges, query, limit: 1 });
  expect(response).toMatchObject([
    { kind: 'gone' },
    { kind: 'neighbors', neighbors: [{ row: 0, cosine: 1 }] },
    { kind: 'unreadable' },
  ]);
});

it('rejects requests after it is closed', async () => {
  const threads = startThreads();
  await threads.close();
  await expect(threads.scan({ ranges: [], query, limit: 1 })).rejects.toThrow('the server is closing');
});
