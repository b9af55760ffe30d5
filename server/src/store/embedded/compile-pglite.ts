import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import type { PGliteOptions } from '@electric-sql/pglite';

/** PGlite's compiled WebAssembly module. Threads of one process share its code. */
export type PgliteProgram = NonNullable<PGliteOptions['pgliteWasmModule']>;

/** Node's types declare `WebAssembly` only as a type namespace. */
const webAssembly = (globalThis as unknown as { WebAssembly: { compile(bytes: Uint8Array): Promise<PgliteProgram> } })
  .WebAssembly;

let program: Promise<PgliteProgram | undefined> | undefined;

/**
 * Compiles PGlite's WebAssembly module in the background, once in a process. Resolves to `undefined` if the module's file is not
 * found, in which case PGlite loads the module itself.
 */
export function compilePglite(): Promise<PgliteProgram | undefined> {
  program ??= compile();
  return program;
}

/**
 * The amount of code that a function executes before it is optimized, in bytes. Node 20's default is so low that optimization took a
 * third of the processor time of a start. A function that is in use reaches this value in a fraction of a second.
 */
const tieringBudget = 100_000_000;

async function compile(): Promise<PgliteProgram | undefined> {
  // a module keeps the value with which it was compiled
  setFlagsFromString(`--wasm-tiering-budget=${tieringBudget}`);
  const file = new URL('./pglite.wasm', import.meta.resolve('@electric-sql/pglite'));
  const bytes = await readFile(file).catch(() => undefined);
  return bytes && webAssembly.compile(bytes);
}
