import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packSdk, type PackedSdk } from '../packaging/packed-sdk.js';

let packed: PackedSdk;
beforeAll(async () => {
  packed = await packSdk();
});
afterAll(() => packed.remove());

describe('the published declarations', () => {
  it('import no other package, so that compilers do not have to load one', async () => {
    const installed = join(packed.consumer, 'node_modules', 'millrace');
    const entries = await readdir(installed, { recursive: true });
    const declarations = entries.filter((name) => /\.d\.[cm]?ts$/.test(name));
    expect(declarations.length).toBe(2);
    let size = 0;
    for (const name of declarations) {
      const text = (await readFile(join(installed, name), 'utf8')).replaceAll(/\/\*[\s\S]*?\*\//g, '');
      expect(text.match(/(?:from|import\(|require\() ?['"](?!node:|\.\/index\.cjs)[^'"]+['"]/g)).toBeNull();
      expect(text).not.toMatch(/\b(?:zod|axios|form-data)\b/i);
      size += text.length;
    }
    expect(size).toBeLessThan(100_000);
  });
});
