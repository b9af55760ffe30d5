import { expect, it } from 'vitest';
import { splitIntoBatches } from '../../src/search/semantic/scan-batches.js';

const index = (count: number, i = 0) => ({ indexPath: `${i}`, snippetsPath: '', count });

it('splits a large index into batches without a gap', () => {
  const batches = [...splitIntoBatches([index(100_000)], 384)];
  const ranges = batches.flat().map(({ range }) => [range.fromRow, range.toRow]);
  expect(batches.length).toBeGreaterThan(4);
  expect(ranges[0]?.[0]).toBe(0);
  expect(ranges.at(-1)?.[1]).toBe(100_000);
  for (const [i, [from]] of ranges.slice(1).entries()) expect(from).toBe(ranges[i]?.[1]);
});

it('combines small indexes, each of which is in one batch', () => {
  const indexes = Array.from({ length: 1000 }, (_, i) => index(i % 40, i));
  const batches = [...splitIntoBatches(indexes, 384)];
  expect(batches.length).toBeLessThan(30);
  expect(batches.flat().map((part) => part.index)).toEqual(indexes);
  expect(batches.flat().every(({ range }) => range.fromRow === 0)).toBe(true);
});

it('makes no batch if there are no indexes', () => {
  expect([...splitIntoBatches([], 384)]).toEqual([]);
});
