import { rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { Item } from '../../src/formats/read-items.js';
import { readSnippets, type Snippet } from '../../src/search/semantic/read-snippets.js';
import { makeIndex, temporaryFile } from './make-index.js';

async function writeItems(items: readonly Item[]): Promise<(...rows: number[]) => Promise<Snippet[]>> {
  const { snippetsPath } = await makeIndex(items.map(() => [1, 2]), items); // oxfmt-ignore
  return (...rows) => readSnippets(snippetsPath, rows, () => undefined);
}

it('returns texts in any script, with their line numbers', async () => {
  const items = ['plain', 'Grüße, señor', '山の上', '"quoted"\n\ttext\u0000', '', '🦊'.repeat(9)].map((text, i) => ({
    text,
    lineNumbers: [i, i + 5],
  }));
  const read = await writeItems(items);
  expect(await read(5, 0, 1, 2, 3, 4)).toEqual([5, 0, 1, 2, 3, 4].map((row) => items[row]));
});

it('returns the position in the list as the line number of a text that has none', async () => {
  const read = await writeItems([
    { text: 'one', lineNumbers: null },
    { text: 'two', lineNumbers: null },
    { text: 'three', lineNumbers: [] },
  ]);
  expect((await read(0, 1, 2)).map(({ lineNumbers }) => lineNumbers)).toEqual([[1], [2], []]);
});

it('finds any of many texts, even after repeated ones', async () => {
  const items = Array.from({ length: 5000 }, (_, i) => ({
    text: i % 3 === 1 ? 'again' : `${i} ${'x'.repeat(i % 200)}`,
    lineNumbers: [i],
  }));
  const read = await writeItems(items);
  expect(await read(4998, 1, 2999)).toEqual([items[4998], items[1], items[2999]]);
});

it('reports the size of each snippet before it is read', async () => {
  const { snippetsPath } = await makeIndex([[1]], [{ text: 'x'.repeat(1000), lineNumbers: [1] }]);
  const sizes: number[] = [];
  await readSnippets(snippetsPath, [0], (bytes) => sizes.push(bytes));
  expect(sizes).toEqual([Buffer.byteLength(JSON.stringify(['x'.repeat(1000), [1]]))]);
});

it('rejects another kind of file, and a missing one', async () => {
  const path = await temporaryFile('something else that is longer than a header');
  await expect(readSnippets(path, [0], () => undefined)).rejects.toThrow('a snippets file');
  await rm(path);
  await expect(readSnippets(path, [0], () => undefined)).rejects.toThrow('ENOENT');
});
