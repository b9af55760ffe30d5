import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packWithPrograms, runIn, type PackedSdk } from './packed-sdk.js';
import { testPrograms, testUncaughtErrors, type RunProgram } from './programs.js';
import { installRuntimes, ownMajor, type Runtimes } from './runtimes.js';

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
  const run: RunProgram = (...args) => runIn(packed.consumer, runtimes.program(major), args);

  testPrograms(run);
  testUncaughtErrors(run);

  it('is run by that version', async () => {
    expect((await run('--version')).stdout).toMatch(new RegExp(`^v${major}\\.`));
  });

  it('runs the command', async () => {
    expect((await run('node_modules/millrace/dist/cli.js', '--help')).stdout).toContain('Usage: millrace');
  });
});
