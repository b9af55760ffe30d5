import { expect, it } from 'vitest';
import type { Finished } from './packed-sdk.js';

/** Runs a program of `test/consumers` beside the installed package. */
export type RunProgram = (file: string, ...args: readonly string[]) => Promise<Finished>;

/** What a program prints, as JSON; it must have nothing to complain of. */
export async function outputOf(run: RunProgram, file: string): Promise<unknown> {
  const { stdout, stderr } = await run(file);
  if (stderr !== '') throw new Error(`Expected ${file} to complain of nothing, got: ${stderr}`);
  return JSON.parse(stdout);
}

/** What holds for the installed package in every runtime. */
export function testPrograms(run: RunProgram): void {
  it('requires the package, and is the same program to one that imports it', async () => {
    expect(await outputOf(run, 'load.cjs')).toEqual({
      name: 'words',
      moduleChain: ['parser'],
      sameClass: true,
      branded: [true, true, false],
    });
  });

  it('imports the package, by the names that are declared and no other', async () => {
    expect(await outputOf(run, 'load.mjs')).toEqual({ name: 'words', moduleChain: ['parser'], strange: [] });
  });

  it.each(['lazy.cjs', 'lazy.mjs'])('loads zod, axios and form-data at their first use (%s)', async (file) => {
    expect(await outputOf(run, file)).toEqual({ atStart: [], atFirstRequest: ['axios', 'form-data'] });
  });
}

/** What Node prints of an error that nothing catches. */
export function testUncaughtErrors(run: RunProgram): void {
  it.each([
    ['chain', 'chain', "ChainError: 'parser' outputs json, but 'vector-db' takes npy"],
    ['validation', 'validation', 'ValidationError: There is no file at '],
    ['connection', 'connection', 'ConnectionError: Could not identify the server: no server is responding at '],
    ['in-parallel', 'connection', 'ConnectionError: '],
  ])('ends by an uncaught error (%s) with its message, its code and its own frames', async (name, code, message) => {
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
