import { readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { normalizeVector } from '../../src/modules/vector-db/normalize.js';
import { scanVectors, type RowRange } from '../../src/search/semantic/scan-vectors.js';
import { goldCases, hasGold, readGold } from '../modules/gold-folder.js';
import { cosine, makeIndex, makeVectors, temporaryFile, type MadeIndex } from './make-index.js';

const allRows = ({ indexPath, snippetsPath }: MadeIndex): RowRange => ({
  indexPath,
  snippetsPath,
  fromRow: 0,
  toRow: Infinity,
});

function unit(vector: readonly number[]): Float32Array {
  const direction = Float32Array.from(vector);
  expect(normalizeVector(direction)).toBeUndefined();
  return direction;
}

function scan(range: RowRange, query: readonly number[], limit: number): { row: number; cosine: number }[] {
  const scanned = scanVectors(range, unit(query), limit);
  if (scanned.kind !== 'neighbors') throw new Error(`Expected neighbors, got ${JSON.stringify(scanned)}`);
  return [...scanned.neighbors];
}

describe('a scan of the vectors of an index', () => {
  it.for([1, 2, 3, 4, 5, 6, 7, 384, 770])('finds the nearest vectors with %d dimensions', async (dimension) => {
    const vectors = makeVectors(1500, dimension, dimension);
    const [query = []] = makeVectors(1, dimension, 99);
    const found = scan(allRows(await makeIndex(vectors)), query, 12);
    const cosines = vectors.map((vector) => cosine(vector, query));
    const best = [...cosines].sort((a, b) => b - a).slice(0, 12);
    expect(found).toHaveLength(12);
    for (const [i, neighbor] of found.entries()) {
      expect(neighbor.cosine).toBeCloseTo(best[i] ?? NaN, 5);
      expect(neighbor.cosine).toBeCloseTo(cosines[neighbor.row] ?? NaN, 5);
    }
  });

  it('returns all vectors if there are fewer than the limit, and none of an empty index', async () => {
    expect(scan(allRows(await makeIndex(makeVectors(3, 8))), [1, 1, 1, 1, 1, 1, 1, 1], 5)).toHaveLength(3);
    expect(scan(allRows(await makeIndex([])), [1, 2], 5)).toEqual([]);
  });

  it('finds the same in ranges as in the whole index', async () => {
    const index = await makeIndex(makeVectors(2000, 16));
    const [query = []] = makeVectors(1, 16, 5);
    const parts = [0, 1, 700, 701, 1999].flatMap((fromRow, i, starts) =>
      scan({ ...allRows(index), fromRow, toRow: starts[i + 1] ?? Infinity }, query, 9),
    );
    const merged = parts.sort((a, b) => b.cosine - a.cosine || a.row - b.row).slice(0, 9);
    expect(merged).toEqual(scan(allRows(index), query, 9));
  });

  it('omits vectors whose text an earlier one already has', async () => {
    const vectors = [[1, 0], [0.9, 0.1], [1, 0], [0, 1], [1, 0]]; // oxfmt-ignore
    const texts = ['same', 'other', 'same', 'far', 'same'];
    const index = await makeIndex(vectors, texts.map((text) => ({ text, lineNumbers: null }))); // oxfmt-ignore
    expect(scan(allRows(index), [1, 0], 5).map(({ row }) => row)).toEqual([0, 1, 3]);
    expect(scan(allRows(index), [1, 0], 2).map(({ row }) => row)).toEqual([0, 1]);
  });

  it('reports that the query has another dimension', async () => {
    const index = await makeIndex(makeVectors(3, 8));
    expect(scanVectors(allRows(index), unit([1, 2, 3]), 5)).toEqual({ kind: 'other dimension', dimension: 8 });
  });

  it('reports that a file is gone', async () => {
    const [withoutIndex, withoutSnippets] = [await makeIndex([[1, 2]]), await makeIndex([[1, 2]])];
    await rm(withoutIndex.indexPath);
    await rm(withoutSnippets.snippetsPath);
    expect(scanVectors(allRows(withoutIndex), unit([1, 2]), 5)).toEqual({ kind: 'gone' });
    expect(scanVectors(allRows(withoutSnippets), unit([1, 2]), 5)).toEqual({ kind: 'gone' });
  });

  it('reports files that cannot be read', async () => {
    const index = await makeIndex([[1, 2], [3, 4]]); // oxfmt-ignore
    const more = await makeIndex([[1, 2], [3, 4], [5, 6]]); // oxfmt-ignore
    const bytes = await readFile(index.indexPath);
    const scanFile = async (content: Uint8Array | string): Promise<unknown> =>
      scanVectors({ ...allRows(index), indexPath: await temporaryFile(content) }, unit([1, 2]), 5);
    for (const content of [
      '',
      'IxFI',
      'x'.repeat(45),
      bytes.subarray(0, 50),
      Buffer.concat([bytes, Buffer.alloc(4)]),
    ]) {
      expect(await scanFile(content)).toMatchObject({ kind: 'unreadable' });
    }
    expect(scanVectors({ ...allRows(index), snippetsPath: more.snippetsPath }, unit([1, 2]), 5)).toEqual({
      kind: 'unreadable',
      reason: 'Expected 2 snippets, one for each vector, got 3',
    });
    await writeFile(index.snippetsPath, 'nothing');
    expect(scanVectors(allRows(index), unit([1, 2]), 5)).toMatchObject({ kind: 'unreadable' });
  });
});

it.runIf(hasGold)('NOT RUN without the recorded outputs: finds the recorded distances', async () => {
  const gold = goldCases.find(({ id }) => id === 'semantic_search-distance-derived');
  const npy = readGold(gold?.input ?? '');
  const values = new Float32Array(new Uint8Array(npy.subarray(128)).buffer);
  const rows = [values.subarray(0, 384), values.subarray(384)].map((row) => [...row]);
  const distances = scan(allRows(await makeIndex(rows)), rows[0] ?? [], 2).map(({ cosine: near }) => (1 - near) / 2);
  expect(distances.map((distance) => Number(distance.toFixed(3)))).toEqual([0, 0.458]);
});
