import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { runModule } from './run-module.js';

const items = (...texts: string[]): string => JSON.stringify(texts.map((snippet) => ({ snippet })));
const embed = (content: string, options: Parameters<typeof runModule>[2] = {}) =>
  runModule('text-embedder', content, { model: 'builtin-hash-384', ...options });

/** Reads the header and rows of an NPY file of version 1.0. */
async function readRows(path: string): Promise<{ header: string; rows: number[][] }> {
  const file = await readFile(path);
  const start = 10 + file.readUInt16LE(8);
  const header = file.toString('latin1', 10, start);
  const [, rows = 0, columns = 0] = (/\((\d+), (\d+)\)/.exec(header) ?? []).map(Number);
  const numbers = Array.from({ length: rows * columns }, (_, i) => file.readFloatLE(start + i * 4));
  return { header, rows: Array.from({ length: rows }, (_, i) => numbers.slice(i * columns, (i + 1) * columns)) };
}

describe('text-embedder', () => {
  it('writes a row for each item, in their order, as numpy.save writes a matrix of float32', async () => {
    const { output } = await embed(items('The mill turns.', 'The wheel stands still.', 'The mill turns.'));
    const { header, rows } = await readRows(output.path);
    expect(header).toBe(`${"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 384), }".padEnd(117)}\n`);
    expect(rows).toHaveLength(3);
    expect(rows[2]).toEqual(rows[0]);
    expect(rows[1]).not.toEqual(rows[0]);
    expect(output.facts).toEqual({ num_vectors: 3 });
  });

  it('reads the text under the key of the previous module', async () => {
    const transcript = JSON.stringify([{ transcript: 'The mill turns.', snippet: 'no' }]);
    const { output } = await embed(transcript, { textKey: 'transcript' });
    const plain = await embed(items('The mill turns.'));
    expect((await readRows(output.path)).rows).toEqual((await readRows(plain.output.path)).rows);
  });

  it('gives a sentence the same vector alone and among a hundred others', async () => {
    const others = Array.from({ length: 100 }, (_, i) => `Sentence number ${i}.`);
    const alone = await readRows((await embed(items('The mill turns.'))).output.path);
    const among = await readRows((await embed(items(...others, 'The mill turns.'))).output.path);
    expect(among.rows.at(-1)).toEqual(alone.rows[0]);
  });

  it('writes a matrix without rows for an empty list', async () => {
    const { output } = await embed('[]');
    expect((await readRows(output.path)).header).toContain("'shape': (0, 384)");
  });

  it('rejects more items than maxItems, and items without text', async () => {
    await expect(embed(items('a', 'b', 'c'), { limits: { maxItems: 2 } })).rejects.toThrow(/at most 2 items/);
    await expect(embed('[{"words": "a"}]')).rejects.toThrow(/string under "snippet"/);
  });

  it('explains how to get a missing model, before it reads the file', async () => {
    await expect(embed('this is no JSON', { model: 'all-MiniLM-L6-v2' })).rejects.toThrow(
      /"all-MiniLM-L6-v2" is not installed .*MILLRACE_TEXT_EMBEDDER_BASE_URL/,
    );
  });

  it('stops when its signal aborts', async () => {
    const many = items(...Array.from({ length: 20_000 }, (_, i) => `Sentence number ${i}, with words of its own.`));
    const controller = new AbortController();
    const running = embed(many, { signal: controller.signal });
    controller.abort(new Error('the run was cancelled'));
    await expect(running).rejects.toThrow('the run was cancelled');
  });
});
