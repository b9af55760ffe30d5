import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Item } from '../../src/formats/read-items.js';
import { writeSnippets } from '../../src/formats/snippets-file.js';
import { npyMatrix } from '../modules/python/npy-files.js';
import { runModule, temporaryDirectory } from '../modules/run-module.js';

export interface MadeIndex {
  readonly indexPath: string;
  readonly snippetsPath: string;
  readonly count: number;
}

const limits = { maxTextBytes: 2 ** 26, maxItems: 1_000_000, maxOutputBytes: 2 ** 28 };

/** Makes an index and its snippets with the code that a server uses. By default, the items are numbered texts. */
export async function makeIndex(
  vectors: readonly (readonly number[])[],
  items: readonly Item[] = vectors.map((_, i) => ({ text: `text ${i}`, lineNumbers: null })),
): Promise<MadeIndex> {
  const { output } = await runModule('vector-db', npyMatrix(vectors));
  const scratch = await temporaryDirectory();
  const snippetsPath = await writeSnippets(
    { scratch, limits: limits as Parameters<typeof writeSnippets>[0]['limits'] },
    items,
  );
  return { indexPath: output.path, snippetsPath, count: vectors.length };
}

/** Writes a file that is removed when the test has finished. */
export async function temporaryFile(content: Uint8Array | string): Promise<string> {
  const path = join(await temporaryDirectory(), 'file');
  await writeFile(path, content);
  return path;
}

/** Returns pseudo-random vectors that are the same in every test run. */
export function makeVectors(count: number, dimension: number, seed = 1): number[][] {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) / 2 ** 24 - 0.5;
  };
  return Array.from({ length: count }, () => Array.from({ length: dimension }, next));
}

/** Computes the cosine of two vectors without the code under test. */
export function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
  return dot / Math.hypot(...a) / Math.hypot(...b);
}
