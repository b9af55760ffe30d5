import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packWithPrograms, root, type PackedSdk } from './packed-sdk.js';

const run = promisify(execFile);

let packed: PackedSdk;

beforeAll(async () => {
  packed = await packWithPrograms();
});
afterAll(() => packed.remove());

/** What a compiler says, as `file(line): message`, each error on one line. */
async function compile(compiler: string, name: string, options: object): Promise<string[]> {
  const config = join(packed.consumer, `tsconfig.${name}.json`);
  const compilerOptions = {
    strict: true,
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: ['node'],
    declaration: true,
    outDir: `out-${name}`,
    ...options,
  };
  await writeFile(config, JSON.stringify({ compilerOptions, include: ['*.ts', '*.cts'] }));
  const tsc = join(root, 'node_modules', compiler, 'bin', 'tsc');
  const { stdout } = await run(process.execPath, [tsc, '-p', config, '--pretty', 'false'], {
    cwd: packed.consumer,
  }).catch((error: unknown) => error as { stdout: string });
  const errors = stdout.split(/\n(?! )/).filter((line) => line.trim() !== '');
  return errors.map((error) => error.replace(/\((\d+),\d+\): error TS\d+:/, '($1):').replaceAll(/\s+/g, ' '));
}

const nodenext = { module: 'nodenext', moduleResolution: 'nodenext' };
// the DOM's streams, requests and responses are other types than those of Node
const noDom = { lib: ['es2022'] };
// the same declarations as for `nodenext`, which checks them; here is only what resolves to them
const bundler = { module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true };

// what `create-next-app` 16 writes, but for its plugin, which is for editors: the bundler's resolution, and more
const next = {
  ...bundler,
  target: 'es2017',
  lib: ['dom', 'dom.iterable', 'esnext'],
  allowJs: true,
  esModuleInterop: true,
  resolveJsonModule: true,
  isolatedModules: true,
  jsx: 'react-jsx',
  incremental: true,
};

/** The compiler messages that the comments in `bad-chains.ts` expect, by the line of the next statement. */
async function promisedSentences(): Promise<[number, string][]> {
  const lines = (await readFile(join(root, 'test/consumers/bad-chains.ts'), 'utf8')).split('\n');
  return lines.flatMap((line, index) => (line.startsWith('// says: ') ? [[index + 2, line.slice(9)]] : []));
}

describe('a compiler accepts every use that is right, emits its declarations, and says what is wrong with the others', () => {
  it.each([
    // notebooks: tslab's compiler and module options
    ['5.0', 'node10', { module: 'commonjs', moduleResolution: 'node10', esModuleInterop: true, skipLibCheck: true }],
    ['5.9', 'nodenext', nodenext],
    ['6', 'nodenext', { ...nodenext, ...noDom }],
    ['6', 'next', next],
    ['7', 'nodenext', { ...nodenext, ...noDom }],
    ['7', 'bundler', bundler],
  ])('TypeScript %s, %s', { timeout: 300_000 }, async (version, name, options) => {
    const compiler = version === '6' ? 'typescript' : `typescript-${version}`;
    const errors = await compile(compiler, `${version}-${name}`, options);
    expect(errors.filter((error) => !error.startsWith('bad-chains.ts('))).toEqual([]);
    const promised = await promisedSentences();
    for (const [line, sentence] of promised) {
      expect(errors.find((error) => error.startsWith(`bad-chains.ts(${line}):`))).toContain(sentence);
    }
    expect(errors).toHaveLength(promised.length);
    const emitted = await readFile(join(packed.consumer, `out-${version}-${name}`, 'exported-values.d.ts'), 'utf8');
    expect(emitted).toContain('export declare const search: ');
    expect(emitted).not.toMatch(/: any\b/);
  });
});
