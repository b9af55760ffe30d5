import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outputOf, packWithPrograms, type PackedSdk } from './packed-sdk.js';
import { installRuntimes, ownMajor, type Runtimes } from './runtimes.js';

const run = promisify(execFile);
/** The supported ones; others by name: `MILLRACE_TEST_NODES=26`. */
const majors = process.env['MILLRACE_TEST_NODES']?.split(',') ?? [...new Set(['20', '22', '24', ownMajor])];

let packed: PackedSdk;
let runtimes: Runtimes;

beforeAll(async () => {
  [packed, runtimes] = await Promise.all([packWithPrograms(), installRuntimes(majors)]);
}, 300_000);
afterAll(async () => {
  await Promise.all([packed.remove(), runtimes.remove()]);
});

describe.each(majors)('a program on Node.js %s', (major) => {
  const output = (file: string) => outputOf(packed, file, runtimes.program(major));
  const stdout = async (...args: string[]) =>
    (await run(runtimes.program(major), args, { cwd: packed.consumer })).stdout;

  it('is run by that version', async () => {
    expect(await stdout('--version')).toMatch(new RegExp(`^v${major}\\.`));
  });

  it('requires the package, and is the same program to one that imports it', async () => {
    expect(await output('load.cjs')).toEqual({
      name: 'words',
      moduleChain: ['parser'],
      sameClass: true,
      branded: [true, true, false],
    });
  });

  it('imports the package, by the names that are declared and no other', async () => {
    expect(await output('load.mjs')).toEqual({ name: 'words', moduleChain: ['parser'], strange: [] });
  });

  it.each(['lazy.cjs', 'lazy.mjs'])('loads zod, axios and form-data at their first use (%s)', async (file) => {
    expect(await output(file)).toEqual({ atStart: [], atFirstRequest: ['axios', 'form-data'] });
  });

  it('runs the command', async () => {
    expect(await stdout('node_modules/millrace/dist/cli.js', '--help')).toContain('Usage: millrace');
  });
});
