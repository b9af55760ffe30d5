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

/** Compiles the consumers and returns the errors in the form `file(line): message`, each on one line. */
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
// the DOM's types of streams, requests and responses differ from those of Node
const noDom = { lib: ['es2022'] };
// tests only how the declarations are resolved, since `nodenext` checks them
const bundler = { module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true };

// the options that `create-next-app` 16 writes, without its editor plugin
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

/** Reads the compiler messages that the comments in `bad-chains.ts` expect, each with the line of the next statement. */
async function readExpectedMessages(): Promise<[number, string][]> {
  const lines = (await readFile(join(root, 'test/consumers/bad-chains.ts'), 'utf8')).split('\n');
  return lines.flatMap((line, index) => (line.startsWith('// says: ') ? [[index + 2, line.slice(9)]] : []));
}

describe('a compiler accepts correct uses, emits their declarations, and explains the errors of the others', () => {
  it.each([
    // the compiler and module options of tslab, for notebooks
    ['5.0', 'node10', { module: 'commonjs', moduleResolution: 'node10', esModuleInterop: true, skipLibCheck: true }],
    ['5.9', 'nodenext', nodenext],
    ['6', 'nodenext', { ...nodenext, ...noDom }],
    ['6', 'next', next],
    ['7', 'nodenext', { ...nodenext, ...noDom }],
    ['7', 'bundler', bundler],
  ])('TypeScript %s, %s', async (version, name, options) => {
    const compiler = version === '6' ? 'typescript' : `typescript-${version}`;
    const errors = await compile(compiler, `${version}-${name}`, options);
    expect(errors.filter((error) => !error.startsWith('bad-chains.ts('))).toEqual([]);
    const expected = await readExpectedMessages();
    for (const [line, message] of expected) {
      expect(errors.find((error) => error.startsWith(`bad-chains.ts(${line}):`))).toContain(message);
    }
    expect(errors).toHaveLength(expected.length);
    const emitted = await readFile(join(packed.consumer, `out-${version}-${name}`, 'exported-values.d.ts'), 'utf8');
    expect(emitted).toContain('export declare const search: ');
    expect(emitted).not.toMatch(/: any\b/);
  });
});
