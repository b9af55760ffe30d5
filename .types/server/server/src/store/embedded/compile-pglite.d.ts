import type { PGliteOptions } from '@electric-sql/pglite';
/** PGlite's compiled WebAssembly module. Threads of one process share its code. */
export type PgliteProgram = NonNullable<PGliteOptions['pgliteWasmModule']>;
/**
 * Compiles PGlite's WebAssembly module in the background, once in a process. Resolves to `undefined` if the module's file is not
 * found, in which case PGlite loads the module itself.
 */
export declare function compilePglite(): Promise<PgliteProgram | undefined>;
