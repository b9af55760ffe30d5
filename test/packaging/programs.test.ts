import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packWithPrograms, runIn, type PackedSdk } from './packed-sdk.js';
import { testPrograms, testUncaughtErrors, type RunProgram } from './programs.js';

let packed: PackedSdk;

beforeAll(async () => {
  packed = await packWithPrograms();
});
afterAll(() => packed.remove());

const run: RunProgram = (...args) => runIn(packed.consumer, process.execPath, args);

describe('a program with the installed package', () => {
  testPrograms(run);
  testUncaughtErrors(run);

  it('runs the command', async () => {
    const { stdout } = await run('node_modules/millrace/dist/cli.js', '--help');
    expect(stdout).toContain('Usage: millrace');
  });
});
