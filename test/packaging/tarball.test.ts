import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packSdk, root, type PackedSdk } from './packed-sdk.js';

const run = promisify(execFile);

let packed: PackedSdk;
let installed: string;

beforeAll(async () => {
  packed = await packSdk();
  installed = join(packed.consumer, 'node_modules', 'millrace');
});
afterAll(() => packed.remove());

/** The file that a development package's command is. */
async function commandOf(name: string, command: string): Promise<string> {
  const manifest = createRequire(join(root, 'package.json')).resolve(`${name}/package.json`);
  const { bin } = JSON.parse(await readFile(manifest, 'utf8')) as { bin: string | Record<string, string> };
  return join(dirname(manifest), typeof bin === 'string' ? bin : (bin[command] ?? ''));
}

async function filesOf(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('the tarball of the SDK', () => {
  it('is less than 150 kB', async () => {
    expect((await stat(packed.tarball)).size).toBeLessThan(150_000);
  });

  it('has its licence, its readme and its list of changes', async () => {
    const names = await readdir(installed);
    expect(names).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'CHANGELOG.md', 'package.json', 'dist']));
  });

  it('has every file that its package.json names', async () => {
    const manifest = await readFile(join(installed, 'package.json'), 'utf8');
    const named = [...manifest.matchAll(/"(\.\/dist\/[^"]+)"/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(5);
    for (const name of named) expect((await stat(join(installed, name))).size).toBeGreaterThan(0);
  });

  it('has a source for every place that a source map points to', async () => {
    const maps = (await filesOf(join(installed, 'dist'))).filter((name) => name.endsWith('.map'));
    expect(maps.length).toBeGreaterThan(0);
    for (const name of maps) {
      const map = JSON.parse(await readFile(name, 'utf8')) as { sources: string[]; sourcesContent?: (string | null)[] };
      for (const [index, source] of map.sources.entries()) {
        const kept =
          map.sourcesContent?.[index] ?? (await readFile(join(dirname(name), source), 'utf8').catch(() => null));
        expect(kept, `${source} of ${name}`).not.toBeNull();
      }
    }
  });

  it('names no package behind the scenes in its declarations, so that no compiler has to load one', async () => {
    const declarations = (await filesOf(join(installed, 'dist'))).filter((name) => /\.d\.c?ts$/.test(name));
    expect(declarations.length).toBe(2);
    for (const name of declarations) {
      const text = (await readFile(name, 'utf8')).replaceAll(/\/\*[\s\S]*?\*\//g, '');
      expect(text.match(/(?:from|import\(|require\() ?['"](?!node:)[^'"]+['"]/g)).toBeNull();
      expect(text).not.toMatch(/\b(?:zod|axios|form-data)\b/i);
    }
  });

  it('pleases publint', async () => {
    const publint = await commandOf('publint', 'publint');
    const { stdout } = await run(process.execPath, [publint, 'run', '--strict', packed.tarball]);
    expect(stdout).toMatch(/All good!/);
  });

  it('resolves to the right types for node10, node16 from both sides, and bundlers', async () => {
    const attw = await commandOf('@arethetypeswrong/cli', 'attw');
    const options = ['--exclude-entrypoints', './package.json', '--no-definitely-typed', '--format', 'json'];
    const { stdout } = await run(process.execPath, [attw, packed.tarball, ...options], { maxBuffer: 2 ** 24 });
    const { analysis } = JSON.parse(stdout) as {
      analysis: { problems: unknown[]; entrypoints: Record<string, { resolutions: Record<string, unknown> }> };
    };
    expect(analysis.problems).toEqual([]);
    expect(Object.keys(analysis.entrypoints['.']?.resolutions ?? {})).toHaveLength(4);
  });
});
