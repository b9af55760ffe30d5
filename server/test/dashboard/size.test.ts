import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

const built = new URL('../../dist/dashboard/', import.meta.url);
const compressedSize = (path: string): number => gzipSync(readFileSync(new URL(path, built))).length;
const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

it('the dashboard loads less than 150 kB before the first page, and adds less than 500 kB to the package', () => {
  const page = readFileSync(new URL('index.html', built), 'utf8');
  const firstAssets = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map((match) => match[1]!);
  expect(firstAssets.length).toBeGreaterThan(2);
  expect(sum(firstAssets.map(compressedSize))).toBeLessThan(150_000);
  const all = readdirSync(built, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.'));
  expect(sum(all.map(compressedSize))).toBeLessThan(500_000);
});
