import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lazyFiles, minifyModule } from './minified.js';
import { packSdk, root, type PackedSdk } from './packed-sdk.js';

const run = promisify(execFile);

let packed: PackedSdk;
let installed: string;

beforeAll(async () => {
  packed = await packSdk();
  installed = join(packed.consumer, 'node_modules', 'millrace');
});
afterAll(() => packed.remove());

describe('the tarball of the SDK', () => {
  // readable code 133 kB, CLI 44, declarations with docs 47, YAML parser 14, the rest 14
  it('is less than 262 kB', async () => {
    expect((await stat(packed.tarball)).size).toBeLessThan(262_000);
  });

  it('has less than 62 kB of code that an import loads, minified and compressed', async () => {
    const size = gzipSync(await minifyModule(join(installed, 'dist/index.cjs'))).length;
    expect(size).toBeGreaterThan(30_000);
    expect(size).toBeLessThan(62_000);
  });

  // A bundler includes a whole CommonJS package. A second copy as ES modules could be tree-shaken, but would double the tarball.
  it('adds less than 109 kB to a bundle without the YAML parser, minified and compressed', async () => {
    expect(gzipSync(await minifyModule(join(installed, 'dist/index.cjs'), ['js-yaml'])).length).toBeLessThan(109_000);
  });

  it('has one copy of the code, in the expected files', async () => {
    const declarations = ['index.d.cts', 'index.d.ts'];
    const modules = ['cli.js', 'index.js', ...['core', 'index', ...lazyFiles].map((name) => `${name}.cjs`)];
    expect((await readdir(join(installed, 'dist'))).sort()).toEqual([...declarations, ...modules].sort());
  });

  // without the changelog, which grows with every release
  it('has a license and a README', async () => {
    expect((await readdir(installed)).sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
  });

  it('has every file that its package.json names', async () => {
    const manifest = await readFile(join(installed, 'package.json'), 'utf8');
    const named = [...manifest.matchAll(/"(\.\/dist\/[^"]+)"/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(5);
    for (const name of named) expect((await stat(join(installed, name))).size).toBeGreaterThan(0);
  });

  it('has readable code without source maps', async () => {
    const names = ['core.cjs', 'files.cjs', 'worker.cjs', 'index.cjs', 'index.js', 'cli.js'];
    const codes = await Promise.all(names.map((name) => readFile(join(installed, 'dist', name), 'utf8')));
    const [core = '', files = ''] = codes;
    expect(core).toMatch(/^var HostedPipeline = class \{$/m);
    expect(files).toMatch(/^async function processFile\(context, file, options\d?\) \{$/m);
    for (const code of codes.slice(0, 3)) expect(code.length / code.split('\n').length).toBeLessThan(60);
    for (const code of codes) expect(code).not.toContain('sourceMappingURL=');
  });

  it('has small ES modules that only re-export the CommonJS code', async () => {
    const importsOf = async (name: string): Promise<(string | undefined)[]> => {
      const code = await readFile(join(installed, 'dist', name), 'utf8');
      return [...code.matchAll(/(?:from|import)\s*\(?"(\.[^"]+)"/g)].map((match) => match[1]);
    };
    expect(await importsOf('index.js')).toEqual(['./index.cjs']);
    expect((await stat(join(installed, 'dist/index.cjs'))).size).toBeLessThan(8000);
    expect(await importsOf('cli.js')).toEqual([]);
  });

  it('passes publint', async () => {
    const { buffer } = await readFile(packed.tarball);
    const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('resolves to the right types for node10, node16 as CommonJS and ES module, and bundlers', async () => {
    const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const options = ['--exclude-entrypoints', './package.json', '--no-definitely-typed', '--format', 'json'];
    const { stdout } = await run(process.execPath, [attw, packed.tarball, ...options], { maxBuffer: 2 ** 24 });
    const { analysis } = JSON.parse(stdout) as {
      analysis: { problems: unknown[]; entrypoints: Record<string, { resolutions: Record<string, unknown> }> };
    };
    expect(analysis.problems).toEqual([]);
    expect(Object.keys(analysis.entrypoints['.']?.resolutions ?? {})).toHaveLength(4);
  });
});
