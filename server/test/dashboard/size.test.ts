import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

const built = new URL('../../dist/dashboard/', import.meta.url);
const compressed = (path: string): number => gzipSync(readFileSync(new URL(path, built))).length;
const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

it('loads less than 150 kB before the first page, and adds less than 500 kB to the package', () => {
  const page = readFileSync(new URL('index.html', built), 'utf8');
  const first = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map((match) => match[1]!);
  expect(first.length).toBeGreaterThan(2);
  expect(sum(first.map(compressed))).toBeLessThan(150_000);
  const all = readdirSync(built, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.'));
  expect(sum(all.map(compressed))).toBeLessThan(500_000);
});
