import type { PositionLabel, Repeats } from './chain.js';
import type { ModuleName, ModuleRegistry } from './module.js';

/** The model of one module, and its parameters; what is left out is the module's default. */
export interface ModuleSelection<N extends ModuleName = ModuleName> {
  model?: ModuleRegistry[N]['models'] | undefined;
  params?: ModuleRegistry[N]['params'] | undefined;
}

/**
 * By module name, or by position (`module_1`, …) when a module occurs twice, because a name would be ambiguous.
 *
 * @example
 * ```ts
 * await pipeline.process('./notes.txt', { modules: { parser: { model: 'fixed', params: { chunk_size: 12 } } } });
 * ```
 */
export type ModuleSelections<C extends readonly ModuleName[]> = number extends C['length']
  ? { [label: string]: ModuleSelection | undefined }
  : Repeats<C> extends true
    ? ByPosition<C>
    : { [N in C[number]]?: ModuleSelection<N> | undefined } | ByPosition<C>;

/** A chain's selections by position: `module_1`, `module_2`, …. */
export type ByPosition<C extends readonly ModuleName[]> = {
  [I in keyof C & `${number}` as PositionLabel<I>]?:
    (C[I] extends ModuleName ? ModuleSelection<C[I]> : never) | undefined;
};
