import type { HasDuplicates, PositionLabel } from './chain.js';
import type { ModuleName, ModuleRegistry } from './module.js';

/** A module's model and parameters. Defaults apply to omitted fields. */
interface ModuleSelection<N extends ModuleName = ModuleName> {
  model?: ModuleRegistry[N]['models'] | undefined;
  params?: ModuleRegistry[N]['params'] | undefined;
}

/**
 * The model and parameters for each module in a chain, either by module name or by position (`module_1`, …). Positions are required if
 * a module occurs more than once.
 *
 * @example
 * ```ts
 * await pipeline.process('./notes.txt', { modules: { parser: { model: 'fixed', params: { chunk_size: 12 } } } });
 * ```
 */
export type ModuleSelections<C extends readonly ModuleName[]> = Fields<SelectionsOf<C>>;

type SelectionsOf<C extends readonly ModuleName[]> = number extends C['length']
  ? { [label: string]: AnySelection | undefined }
  : HasDuplicates<C> extends true
    ? ByPosition<C>
    : { [N in C[number]]?: ModuleSelection<N> | undefined } | ByPosition<C>;

/**
 * Converts a conditional type to a mapped type with the same fields, because the compiler compares mapped types by their fields, but
 * conditional types by their type arguments.
 */
type Fields<T> = { [K in keyof T]: T[K] };

/** A selection for a chain whose modules are unknown at compile time. The SDK checks the selection at run time. */
interface AnySelection {
  // oxlint-disable-next-line typescript/no-explicit-any -- `unknown` is not assignable to a module's model names
  model?: any;
  // oxlint-disable-next-line typescript/no-explicit-any -- `unknown` is not assignable to a module's parameters
  params?: any;
}

/** The model and parameters for each module in a chain, by position (`module_1`, `module_2`, …). */
type ByPosition<C extends readonly ModuleName[]> = {
  [I in keyof C & `${number}` as PositionLabel<I>]?:
    | (C[I] extends ModuleName ? ModuleSelection<C[I]> : never)
    | undefined;
};
