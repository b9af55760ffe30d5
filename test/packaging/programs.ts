import { expect, it } from 'vitest';
import type { Finished } from './packed-sdk.js';

/** Runs a program of `test/consumers` beside the installed package. */
export type RunProgram = (file: string, ...args: readonly string[]) => Promise<Finished>;

/** Runs a program that must not print to stderr, and parses its output as JSON. */
export async function outputOf(run: RunProgram, file: string): Promise<unknown> {
  const { stdout, stderr } = await run(file);
  if (stderr !== '') throw new Error(`Expected ${file} to print nothing to stderr, got: ${stderr}`);
  return JSON.parse(stdout);
}

/** Declares the tests of the installed package that apply to every runtime. */
export function testPrograms(run: RunProgram): void {
  it('shares its classes between require and import', async () => {
    expect(await outputOf(run, 'load.cjs')).toEqual({
      name: 'words',
      moduleChain: ['parser'],
      sameClass: true,
      branded: [true, true, false],
    });
  });

  it('can import exactly the declared names', async () => {
    expect(await outputOf(run, 'load.mjs')).toEqual({ name: 'words', moduleChain: ['parser'], strange: [] });
  });

  it.each(['lazy.cjs', 'lazy.mjs'])('loads zod, axios and form-data at their first use (%s)', async (file) => {
    expect(await outputOf(run, file)).toEqual({ atStart: [], atFirstRequest: ['axios', 'form-data'] });
  });
}

/** Declares the tests of what Node prints for an uncaught error. */
export function testUncaughtErrors(run: RunProgram): void {
  it.each([
    ['chain', 'chain', "ChainError: 'parser' outputs json, but 'vector-db' takes npy"],
    ['validation', 'validation', 'ValidationError: There is no file at '],
    ['connection', 'connection', 'ConnectionError: Could not identify the server: no server is responding at '],
    ['in-parallel', 'connection', 'ConnectionError: '],
  ])('prints the message, code and user frames of an uncaught error (%s)', async (name, code, message) => {
    const finished = await run('uncaught.mjs', name);
    expect(finished.code).toBe(1);
    expect(finished.stderr).toContain(`\n${message}`);
    expect(finished.stderr).toMatch(
      /\n {4}at (?:Object.\w+ .*\n {4}at )?(async )?useMillrace \(.*uncaught\.mjs:\d+:\d+\)\n/,
    );
    expect(finished.stderr).toContain(`\n  code: '${code}'`);
    expect(finished.stderr).not.toMatch(/millrace[\\/]dist/);
  });
}
