import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import type { PGliteOptions } from '@electric-sql/pglite';

/** PGlite's compiled WebAssembly module. All threads of a process share its code. */
export type PgliteProgram = NonNullable<PGliteOptions['pgliteWasmModule']>;

/** The `WebAssembly` global, which Node's types do not declare. */
const webAssembly = (globalThis as unknown as { WebAssembly: { compile(bytes: Uint8Array): Promise<PgliteProgram> } })
  .WebAssembly;

let program: Promise<PgliteProgram | undefined> | undefined;

/**
 * Compiles PGlite's WebAssembly module in the background, once per process. Resolves to `undefined` if the module's file cannot be
 * read. PGlite then loads the module itself.
 */
export function compilePglite(): Promise<PgliteProgram | undefined> {
  program ??= compile();
  return program;
}

/**
 * The amount of code that a WebAssembly function executes before V8 optimizes it, in bytes. Node 20's default is so low that
 * optimization would take a third of the server's startup CPU time. A hot function exhausts this budget in a fraction of a second.
 */
const tieringBudget = 100_000_000;

async function compile(): Promise<PgliteProgram | undefined> {
  // applies to all WebAssembly modules that this process compiles from now on
  setFlagsFromString(`--wasm-tiering-budget=${tieringBudget}`);
  const file = new URL('./pglite.wasm', import.meta.resolve('@electric-sql/pglite'));
  const bytes = await readFile(file).catch(() => undefined);
  return bytes && webAssembly.compile(bytes);
}
