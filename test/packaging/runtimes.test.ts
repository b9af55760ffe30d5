import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalServer, type LocalServer } from '../support/local-server.js';
import { packSdk, root, runIn, type PackedSdk } from './packed-sdk.js';
import { outputOf, testPrograms, testUncaughtErrors, type RunProgram } from './programs.js';
import { installRuntimes, ownMajor, versions, type Runtimes } from './runtimes.js';

/** The supported major versions of Node.js. Set `MILLRACE_TEST_NODES` to test others, such as `26`. */
const majors = process.env['MILLRACE_TEST_NODES']?.split(',') ?? [...new Set(['20', '22', '24', ownMajor])];

let packed: PackedSdk;
let runtimes: Runtimes;
let server: LocalServer;

beforeAll(async () => {
  [packed, server] = await Promise.all([packSdk(), startLocalServer()]);
  runtimes = await installRuntimes(packed.tarball, majors);
}, 600_000);
afterAll(() => Promise.all([packed.remove(), server.close(), runtimes.remove()]));

const run = (program: string, ...args: readonly string[]) =>
  runIn(runtimes.directory, program, args, {
    MILLRACE_API_URL: server.url,
    MILLRACE_API_KEY: server.apiKey,
    DENO_DIR: join(runtimes.directory, 'deno'),
    DENO_NO_UPDATE_CHECK: '1',
  });

const others: [name: string, version: string, run: RunProgram][] = [
  ['Bun', versions.bun, (...args) => run(runtimes.bun, ...args)],
  ['Deno', versions.deno, (...args) => run(runtimes.deno, 'run', '--allow-all', '--node-modules-dir=manual', ...args)],
];

describe.each(majors)('Node.js %s', (major) => {
  const runProgram: RunProgram = (...args) => run(runtimes.node(major), ...args);

  it('has the expected version', async () => {
    expect((await runProgram('--version')).stdout).toMatch(new RegExp(`^v${major}\\.`));
  });

  testPrograms(runProgram);
  testUncaughtErrors(runProgram);
  testWork(runProgram);

  it('can run the CLI', async () => {
    expect((await runProgram('node_modules/millrace/dist/cli.js', '--help')).stdout).toContain('Usage: millrace');
  });
});

describe.each(others)('%s %s', (_name, _version, runProgram) => {
  testPrograms(runProgram);
  testWork(runProgram);
});

function testWork(runProgram: RunProgram): void {
  it('processes, saves and searches files, iterates over events, and runs local pipelines', async () => {
    expect(await outputOf(runProgram, 'work.mjs')).toEqual({
      signature: 'SQLite format 3',
      hits: 1,
      last: 'succeeded',
      text: 'HELLO',
    });
  });
}

describe('a test runner', () => {
  const jest = ['node_modules/jest/bin/jest.js', '--rootDir=.', '--testMatch=**/in-jest.test.cjs'];
  // the documented setting
  const conditions = '{ "customExportConditions": ["node", "node-addons"] }';

  it.each([
    ['jest, node', [...jest, '--env=node']],
    ['jest, jsdom', [...jest, '--env=jsdom', `--testEnvironmentOptions=${conditions}`]],
    ['vitest, threads', ['node_modules/vitest/vitest.mjs', 'run', '--pool=threads', 'in-vitest.test.mjs']],
  ])('passes tests that use the package: %s', async (_name, args) => {
    const { code, stdout, stderr } = await run(process.execPath, ...args);
    expect(code, stdout + stderr).toBe(0);
  });

  it('shows an error with the missing setting: jest, jsdom without customExportConditions', async () => {
    const { stderr } = await run(process.execPath, ...jest, '--env=jsdom');
    expect(stderr).toContain('customExportConditions');
  });
});

describe('docs/where-it-runs.md', () => {
  it('lists the tested versions', async () => {
    const page = await readFile(join(root, 'docs/where-it-runs.md'), 'utf8');
    for (const [name, version] of Object.entries(versions)) {
      if (!name.startsWith('jest-')) expect(page).toMatch(new RegExp(`^\\| ${name} .*${version}`, 'im'));
    }
    expect(page).toContain("customExportConditions: ['node', 'node-addons']");
  });
});
