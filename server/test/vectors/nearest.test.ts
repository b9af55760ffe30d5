import { expect, it } from 'vitest';
import { NearestRows } from '../../src/search/semantic/nearest.js';

function findNearest(cosines: readonly number[], limit: number): number[] {
  const nearest = new NearestRows(limit);
  for (const [row, cosine] of cosines.entries()) if (cosine > nearest.threshold) nearest.add(row, cosine);
  return nearest.toSorted().map(({ row }) => row);
}

/** Few different values, so that there are many ties. */
const cosines = Array.from({ length: 500 }, (_, i) => ((i * 7919) % 31) / 31);

it('returns the nearest rows first, and the earlier of two that are equally near', () => {
  const expected = [...cosines.keys()].sort((a, b) => (cosines[b] ?? 0) - (cosines[a] ?? 0) || a - b);
  for (const limit of [1, 2, 3, 7, 64, 499, 500, 1000])
    expect(findNearest(cosines, limit)).toEqual(expected.slice(0, limit));
});

it('returns the same first rows with any limit', () => {
  for (let limit = 1; limit < 80; limit++)
    expect(findNearest(cosines, limit + 1).slice(0, limit)).toEqual(findNearest(cosines, limit));
});

it('returns nothing if there are no rows', () => {
  expect(findNearest([], 5)).toEqual([]);
});
