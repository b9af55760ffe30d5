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
 * How much of a function is executed, in bytes of code, before it is optimized. Node 20's own value is so low that optimizing
 * took a third of the processor time of a start. A function that is in use reaches this one in a fraction of a second.
 */
const tieringBudget = 100_000_000;

async function compile(): Promise<PgliteProgram | undefined> {
  // a module keeps the value that it was compiled with
  setFlagsFromString(`--wasm-tiering-budget=${tieringBudget}`);
  const file = new URL('./pglite.wasm', import.meta.resolve('@electric-sql/pglite'));
  const bytes = await readFile(file).catch(() => undefined);
  return bytes && webAssembly.compile(bytes);
}
