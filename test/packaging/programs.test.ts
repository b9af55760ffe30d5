import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packWithPrograms, root, runIn, type PackedSdk } from './packed-sdk.js';
import { outputOf, testPrograms, testUncaughtErrors, type RunProgram } from './programs.js';

let packed: PackedSdk;

beforeAll(async () => {
  packed = await packWithPrograms();
});
afterAll(() => packed.remove());

const run: RunProgram = (...args) => runIn(packed.consumer, process.execPath, args);

describe('a program with the installed package', () => {
  testPrograms(run);
  testUncaughtErrors(run);

  it('can run the CLI', async () => {
    const { stdout } = await run('node_modules/millrace/dist/cli.js', '--help');
    expect(stdout).toContain('Usage: millrace');
  });
});

describe('a program that esbuild bundles with the package', () => {
  const bundle = async (outfile: string, options: BuildOptions): Promise<void> => {
    await build({
      absWorkingDir: packed.consumer,
      entryPoints: ['bundled.mjs'],
      bundle: true,
      platform: 'node',
      target: 'node20',
      logLevel: 'silent',
      outfile,
      ...options,
    });
  };
  /** Reads the banner option from the documentation. */
  const readBanner = async (): Promise<string> => {
    const page = await readFile(join(root, 'docs/where-it-runs.md'), 'utf8');
    return /--banner:js="(.*?)"/.exec(page)?.[1] ?? '';
  };
  const expected = { codes: ['connection', 'validation', 'chain'], text: 'HELLO' };

  it('works as CommonJS', async () => {
    await bundle('bundled.out.cjs', { format: 'cjs' });
    expect(await outputOf(run, 'bundled.out.cjs')).toEqual(expected);
  });

  it('works as an ES module with the documented banner', async () => {
    await bundle('bundled.out.mjs', { format: 'esm', banner: { js: await readBanner() } });
    expect(await outputOf(run, 'bundled.out.mjs')).toEqual(expected);
  });

  it('works as an ES module with external packages', async () => {
    await bundle('external.out.mjs', { format: 'esm', packages: 'external' });
    expect(await outputOf(run, 'external.out.mjs')).toEqual(expected);
  });
});
