import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ModuleError } from '../../src/module-contract/module.js';
import { createFaissHeader, faissHeaderBytes, parseFaissHeader } from '../../src/formats/faiss-file.js';
import { goldCases, hasGold, readGold } from './gold-folder.js';
import { npyFile, npyMatrix, npyText } from './python/npy-files.js';
import { findPython, runPython } from './python/python.js';
import { runModule, type ModuleRun, type RunOptions } from './run-module.js';

async function index(npy: Uint8Array, options: RunOptions = {}): Promise<ModuleRun & { bytes: Buffer }> {
  const ran = await runModule('vector-db', npy, options);
  return { ...ran, bytes: await readFile(ran.output.path) };
}

/** Generates rows of numbers of many magnitudes, the same in every run. */
function makeRows(rows: number, columns: number): number[][] {
  let state = rows * 7919 + columns;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.fround((state / 2 ** 32 - 0.5) * 2 ** (state % 9));
  };
  return Array.from({ length: rows }, () => Array.from({ length: columns }, next));
}

const asText = (rows: readonly (readonly number[])[]): string => rows.map((row) => row.join(' ')).join('\n');

describe('vector-db', () => {
  it('writes a flat FAISS inner-product index of vectors normalized to length 1', async () => {
    const { bytes, output } = await index(npyMatrix([[3, 4], [0, -2], [1, 1]])); // oxfmt-ignore
    expect(output.facts).toEqual({ num_vectors: 3 });
    expect(output.path).toMatch(/\.faiss$/);
    expect(bytes.toString('hex')).toBe(
      '49784649' + // IxFI
        '02000000' + // numbers in a vector
        '0300000000000000' + // vectors
        '00001000000000000000100000000000' +
        '01' + // trained
        '00000000' + // inner product
        '0600000000000000' + // numbers in all
        '9a99193fcdcc4c3f00000000000080bff304353ff304353f',
    );
    expect(parseFaissHeader(bytes.subarray(0, 45), bytes.length)).toEqual({ dimension: 2, count: 3 });
  });

  it('reads integers and doubles, in row or column order', async () => {
    const { bytes } = await index(npyMatrix([[3, 4], [0, -2], [1, 1]])); // oxfmt-ignore
    const columns = [3, 0, 1, 4, -2, 1];
    const doubles = Buffer.from(Float64Array.from(columns).buffer);
    expect((await index(npyFile(npyText('<f8', [3, 2], true), doubles))).bytes.equals(bytes)).toBe(true);
    const integers = Buffer.from(BigInt64Array.from([3, 4, 0, -2, 1, 1].map(BigInt)).buffer);
    expect((await index(npyFile(npyText('<i8', [3, 2]), integers))).bytes.equals(bytes)).toBe(true);
  });

  it('writes an empty index for an array without vectors', async () => {
    const { bytes, output } = await index(npyFile(npyText('<f4', [0, 384]), Buffer.alloc(0)));
    expect(output.facts).toEqual({ num_vectors: 0 });
    expect(parseFaissHeader(bytes, 45)).toEqual({ dimension: 384, count: 0 });
    const shapeless = await index(npyFile(npyText('<f4', [0, 0]), Buffer.alloc(0)));
    expect(parseFaissHeader(shapeless.bytes, 45)).toEqual({ dimension: 0, count: 0 });
  });

  it.for<[name: string, rows: number[][], message: string]>([
    [
      'only zeros',
      [
        [1, 2],
        [0, 0],
      ],
      'vector [1] to have a non-zero length in float32, got only zeros',
    ],
    ['numbers whose squares are zero', [[1e-23, 2e-23]], 'got only zeros or numbers that are too small. Correct'],
    ['NaN', [[NaN, 2]], 'vector [0] to have a finite length'],
    [
      'infinity',
      [
        [1, 2],
        [1, -Infinity],
      ],
      'vector [1] to have a finite length',
    ],
    ['squares beyond float32', [[1e30, 1]], 'vector [0] to have a finite length'],
    ['vectors without numbers', [[], []], 'Expected vectors of 1 to 65536 numbers, got 0'],
  ])('rejects %s with a message for the user', async ([, rows, message]) => {
    const failure: unknown = await index(npyMatrix(rows)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ModuleError);
    expect((failure as Error).message).toContain(message);
  });

  it('rejects an array of one dimension, a file that is not an array, and a truncated file', async () => {
    await expect(index(npyFile(npyText('<f4', [4]), Buffer.alloc(16)))).rejects.toThrow('two dimensions');
    await expect(index(Buffer.from('hello'))).rejects.toThrow('an NPY array');
    await expect(index(npyMatrix([[1, 2]]).subarray(0, 130))).rejects.toThrow('cut off');
  });

  it('stops at the limits', async () => {
    const npy = npyMatrix(makeRows(4, 3));
    await expect(index(npy, { limits: { maxItems: 3 } })).rejects.toThrow('at most 3 vectors');
    await expect(index(npy, { limits: { maxOutputBytes: 92 } })).rejects.toThrow('at most 92 bytes');
    await expect(index(npy, { limits: { maxItems: 4, maxOutputBytes: 93 } })).resolves.toBeDefined();
    await expect(index(npyFile(npyText('|i1', [1, 70_000]), Buffer.alloc(70_000, 1)))).rejects.toThrow('got 70000');
  });

  it('reports its progress, and stops when its signal aborts', async () => {
    const npy = npyMatrix(makeRows(10, 3));
    expect((await index(npy)).progress.at(-1)).toEqual({ current: 10, total: 10 });
    const stopped = AbortSignal.abort(new Error('stopped by the test'));
    await expect(index(npy, { signal: stopped })).rejects.toThrow('stopped by the test');
  });
});

const python = findPython('struct');
describe.runIf(python)('an index', () => {
  it.for([
    [5, 1],
    [5, 7],
    [5, 8],
    [9, 37],
    [20, 128],
    [20, 129],
    [7, 384],
    [5, 768],
    [3, 1023],
    [2, 3000],
  ])('has the same bytes as one written by Python: %d vectors of %d numbers', async ([rows = 0, columns = 0]) => {
    const values = makeRows(rows, columns);
    const expected = runPython(python ?? '', 'flat_index.py', [], `${columns}\n${asText(values)}\n`);
    expect((await index(npyMatrix(values))).bytes.equals(expected)).toBe(true);
  });
});

const pythonWithFaiss = findPython('faiss');
it.runIf(pythonWithFaiss)('NOT RUN without python3-faiss: FAISS finds a vector in the index', async () => {
  const rows = makeRows(60, 384);
  const { output } = await index(npyMatrix(rows));
  const response = runPython(pythonWithFaiss ?? '', 'search_index.py', [output.path, '3'], asText(rows.slice(41, 42)));
  const result = JSON.parse(response.toString()) as { rows: number[]; scores: number[] };
  expect(result).toMatchObject({ innerProduct: true, count: 60, dimension: 384 });
  expect(result.rows[0]).toBe(41);
  expect(result.scores[0]).toBeCloseTo(Math.hypot(...(rows[41] ?? [])), 2);
});

describe.runIf(hasGold)('recorded indexes of the hosted service', () => {
  const cases = goldCases.filter((gold) => gold.module_chain?.length === 1 && gold.module_chain[0] === 'vector-db');

  it.for(cases)('$id: writes the same bytes', async ({ input = '', expected = '' }) => {
    expect((await index(readGold(input))).bytes.equals(readGold(expected))).toBe(true);
  });

  const embedderCases = goldCases.filter(({ ntotal }) => ntotal !== undefined);

  it.for(embedderCases)(
    '$id: writes the same bytes from the same vectors',
    async ({ input = '', expected = '', ntotal, d }) => {
      const bytes = readGold(expected);
      const header = parseFaissHeader(bytes.subarray(0, faissHeaderBytes), bytes.length);
      expect(header).toEqual({ count: ntotal, dimension: d });
      const vectors = bytes.subarray(faissHeaderBytes);
      expect(Buffer.concat([createFaissHeader(header), vectors]).equals(bytes)).toBe(true);
      // the recorded vectors have length 1, so the module changes at most their last bits
      const reindexed = await index(npyFile(npyText('<f4', [header.count, header.dimension]), vectors));
      expect(reindexed.bytes).toHaveLength(bytes.length);
      for (let at = faissHeaderBytes; at < bytes.length; at += 4) {
        if (Math.abs(reindexed.bytes.readFloatLE(at) - bytes.readFloatLE(at)) > 2e-8)
          expect.fail(`another number at ${at}`);
      }
      expect((await runModule('parser', readGold(input))).output.facts).toEqual({ num_lines: ntotal });
    },
  );

  it('NOT RUN without the recorded outputs: covers all recorded indexes', () => {
    expect(cases).toHaveLength(1);
    expect(embedderCases).toHaveLength(3);
  });
});
