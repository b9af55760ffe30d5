import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ModuleError } from '../../../src/module-contract/module.js';
import { readNpyMatrix } from '../../../src/formats/npy/read.js';
import { writeNpy } from '../../../src/formats/npy/write.js';
import { goldCases, hasGold, readGold } from '../gold-folder.js';
import { npyFile, npyMatrix, npyText } from './npy-files.js';
import { temporaryDirectory, wideLimits } from '../run-module.js';

const limits = { ...wideLimits, maxTextBytes: 2 ** 20, maxItems: 1000, maxOutputBytes: 2 ** 26 };

async function read(content: Uint8Array): Promise<{ rows: number; columns: number; values: number[]; blocks: number }> {
  const path = join(await temporaryDirectory(), 'vectors.npy');
  await writeFile(path, content);
  return readNpyMatrix(path, async ({ rows, columns, readBlocks }) => {
    const values: number[] = [];
    let count = 0;
    for await (const block of readBlocks()) {
      expect(block.values).toHaveLength(block.rows * columns);
      for (const value of block.values) values.push(value);
      count++;
    }
    return { rows, columns, values, blocks: count };
  });
}

async function write(rows: readonly Float32Array[], options: { maxItems?: number; maxOutputBytes?: number } = {}) {
  const scratch = await temporaryDirectory();
  const result = await writeNpy({ scratch, limits: { ...limits, ...options } }, { columns: 3 }, async (npy) => {
    for (const row of rows) await npy.add(row);
  });
  return { ...result, bytes: await readFile(result.path) };
}

/** Six numbers in each type, as `struct.pack` of Python writes them. */
const sixNumbers: readonly [descr: string, hex: string, values: number[]][] = [
  ['<f2', '003c00c00038007bff030080', [1, -2, 0.5, 57344, 1023 * 2 ** -24, -0]],
  ['>f2', '3c00c0003800555500018000', [1, -2, 0.5, 85.3125, 2 ** -24, -0]],
  ['<f4', '0000803f000000c00000003fcdcccc3d0000000000000080', [1, -2, 0.5, Math.fround(0.1), 0, -0]],
  ['>f4', '3f800000c00000003f0000003dcccccd0000000080000000', [1, -2, 0.5, Math.fround(0.1), 0, -0]],
  [
    '<f8',
    '000000000000f03f00000000000000c0000000000000e03f9a9999999999b93f00000000000000000000000000000080',
    [1, -2, 0.5, Math.fround(0.1), 0, -0],
  ],
  ['|i1', '00017f80ff05', [0, 1, 127, -128, -1, 5]],
  ['|u1', '00017f80ff05', [0, 1, 127, 128, 255, 5]],
  ['<i2', '00000100ff7f0080ffff0500', [0, 1, 32767, -32768, -1, 5]],
  ['>i2', '000000017fff8000ffff0005', [0, 1, 32767, -32768, -1, 5]],
  ['<u2', '00000100ff7f0080ffff0500', [0, 1, 32767, 32768, 65535, 5]],
  ['<i4', '0000000001000000ffffff7f00000080ffffffff05000000', [0, 1, 2 ** 31, -(2 ** 31), -1, 5]],
  ['<u4', '0000000001000000ffffff7f00000080ffffffff05000000', [0, 1, 2 ** 31, 2 ** 31, 2 ** 32, 5]],
  [
    '<i8',
    '0000000000000000ffffffffffffffff0000000000000080010000008000000001000080000000800500000000000000',
    [0, -1, -(2 ** 63), 2 ** 39, -(2 ** 63), 5],
  ],
  [
    '<u8',
    '0000000000000000ffffffffffffffff0000000000000080010000008000000001000080000000800500000000000000',
    [0, 2 ** 64, 2 ** 63, 2 ** 39, 2 ** 63, 5],
  ],
];

describe('reading an NPY file', () => {
  it.for(sixNumbers)('reads %s', async ([descr, hex, values]) => {
    const { rows, columns, values: found } = await read(npyFile(npyText(descr, [3, 2]), Buffer.from(hex, 'hex')));
    expect({ rows, columns, found }).toEqual({ rows: 3, columns: 2, found: values });
  });

  it('rounds a large integer once, not to a double first', async () => {
    // 2^62 + 2^38 + 1 is just above the midpoint of two floats, but as a double it is rounded to the midpoint
    const data = Buffer.alloc(16);
    data.writeBigInt64LE(2n ** 62n + 2n ** 38n + 1n, 0);
    data.writeBigInt64LE(-(2n ** 62n + 2n ** 38n), 8);
    const { values } = await read(npyFile(npyText('<i8', [2, 1]), data));
    expect(values).toEqual([2 ** 62 + 2 ** 39, -(2 ** 62)]);
  });

  it.for([1, 2, 3])('reads a header of version %d', async (version) => {
    const { values } = await read(npyFile(npyText('|u1', [2, 2]), Uint8Array.of(1, 2, 3, 4), { version }));
    expect(values).toEqual([1, 2, 3, 4]);
  });

  it('converts column order to row order, even in files larger than a block', async () => {
    const [rows, columns] = [100_000, 7];
    const data = Buffer.alloc(rows * columns * 4);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) data.writeInt32LE(i * columns + j, (j * rows + i) * 4);
    }
    const { values, blocks } = await read(npyFile(npyText('<i4', [rows, columns], true), data));
    expect(blocks).toBeGreaterThan(1);
    expect(values).toHaveLength(rows * columns);
    expect(values.findIndex((value, i) => value !== i)).toBe(-1);
  });

  it('reads rows in blocks', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => Array.from({ length: 384 }, (_, j) => i * 384 + j));
    const { values, blocks } = await read(npyMatrix(rows));
    expect(blocks).toBeGreaterThan(1);
    expect(values.findIndex((value, i) => value !== i)).toBe(-1);
  });

  it.for<[name: string, content: Uint8Array, message: string]>([
    ['an empty file', Buffer.alloc(0), 'an NPY array, got a file of 0 bytes'],
    ['a text', Buffer.from('not numbers at all'), 'an NPY array, got a file that starts with "not nu".'],
    ['an unknown version', npyFile(npyText('<f4', [1, 1]), Buffer.alloc(4), { version: 9 }), 'version 1, 2 or 3'],
    ['a cut header', npyMatrix([[1, 2]]).subarray(0, 40), 'a complete header'],
    ['a header without fields', npyFile('{}', Buffer.alloc(4)), 'a complete header'],
    ['a header longer than the file', Buffer.from('934e554d505902000000ffff00', 'hex'), 'a complete header'],
    [
      'one dimension',
      npyFile(npyText('<f4', [4]), Buffer.alloc(16)),
      'two dimensions, with one vector in each row, got the shape (4)',
    ],
    ['three dimensions', npyFile(npyText('<f4', [1, 2, 2]), Buffer.alloc(16)), 'got the shape (1, 2, 2)'],
    [
      'no dimension',
      npyFile(`{'descr': '<f4', 'fortran_order': False, 'shape': (), }`, Buffer.alloc(4)),
      'the shape ()',
    ],
    ['objects', npyFile(npyText('|O', [1, 1]), Buffer.alloc(9)), 'to contain numbers'],
    ['strings', npyFile(npyText('<U5', [1, 1]), Buffer.alloc(20)), 'got "<U5".'],
    ['complex numbers', npyFile(npyText('<c8', [1, 1]), Buffer.alloc(8)), 'to contain numbers'],
    [
      'a structured array',
      npyFile(`{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 1), }`, Buffer.alloc(4)),
      'a structured array',
    ],
    [
      'data cut off',
      npyMatrix([[1, 2]]).subarray(0, 131),
      '8 bytes of data, as declared in its header (2 numbers of type <f4), got 3.',
    ],
    ['data too long', Buffer.concat([npyMatrix([[1, 2]]), Buffer.alloc(1)]), 'got 9.'],
    [
      'a shape larger than the data',
      npyFile(npyText('<f4', [10 ** 15, 384]), Buffer.alloc(4)),
      'bytes of data, as declared in its header',
    ],
  ])('rejects %s with a message for the user', async ([, content, message]) => {
    const failure: unknown = await read(content).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ModuleError);
    expect((failure as Error).message).toContain(message);
  });
});

describe('writing an NPY file', () => {
  it('writes what numpy.save writes', async () => {
    const { bytes, rows, columns } = await write([Float32Array.of(1, 2, 3), Float32Array.of(-0.5, 0.1, 1e-9)]);
    const text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    const expected = Buffer.concat([
      Buffer.from('934e554d5059', 'hex'),
      Buffer.from([1, 0, 118, 0]),
      Buffer.from(`${text.padEnd(117)}\n`),
      Buffer.from('0000803f0000004000004040000000bfcdcccc3d5f708930', 'hex'),
    ]);
    expect({ rows, columns }).toEqual({ rows: 2, columns: 3 });
    expect(bytes.toString('hex')).toBe(expected.toString('hex'));
  });

  it('writes an array without rows', async () => {
    const { bytes } = await write([]);
    expect(bytes).toHaveLength(128);
    expect(bytes.toString('latin1')).toContain("'shape': (0, 3), }");
  });

  it('writes rows of any length so that they can be read back', async () => {
    const long = Float32Array.from({ length: 300_000 }, (_, i) => i);
    const rows = Array.from({ length: 4 }, (_, i) => long.map((value) => value + i));
    const { path } = await write(rows);
    const { values } = await read(await readFile(path));
    expect(values).toHaveLength(1_200_000);
    expect(values.findIndex((value, i) => value !== rows[Math.floor(i / 300_000)]?.[i % 300_000])).toBe(-1);
  });

  it('writes a row that is a view of a larger array', async () => {
    const all = Float32Array.of(9, 1, 2, 3, 9);
    const { path } = await write([all.subarray(1, 4)]);
    expect((await read(await readFile(path))).values).toEqual([1, 2, 3]);
  });

  it('rejects rows of different lengths', async () => {
    await expect(write([Float32Array.of(1, 2), Float32Array.of(1)])).rejects.toThrow('row [1] to have 2 numbers');
  });

  it('stops at the limits', async () => {
    const row = Float32Array.of(1, 2, 3);
    await expect(write([row, row], { maxItems: 1 })).rejects.toThrow('at most 1 vectors');
    await expect(write([row, row], { maxOutputBytes: 140 })).rejects.toThrow('at most 140 bytes');
  });
});

it.runIf(hasGold)('NOT RUN without the recorded outputs: writes the same bytes as the recorded embedder', async () => {
  const recorded = goldCases.filter(({ expected }) => expected?.endsWith('.npy'));
  expect(recorded.length).toBeGreaterThan(0);
  for (const { expected = '' } of recorded) {
    const bytes = readGold(expected);
    const { values, columns } = await read(bytes);
    const rows = Array.from({ length: values.length / columns }, (_, i) =>
      Float32Array.from(values.slice(i * columns, (i + 1) * columns)),
    );
    expect((await write(rows)).bytes.equals(bytes)).toBe(true);
  }
});
