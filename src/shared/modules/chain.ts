import type { ModuleName, ModuleRegistry } from './module.js';

/** A chain that is given as an argument: itself where it is valid, else what {@link CheckChain} says. */
export type Chain<C extends readonly unknown[]> =
  readonly [...C] extends CheckChain<C> ? readonly [...C] : CheckChain<C>;

/** Identity for a valid chain; puts a readable sentence at the first link that does not fit. */
export type CheckChain<C extends readonly unknown[]> = C extends readonly []
  ? readonly ['a chain needs at least one module']
  : C extends readonly [infer A extends ModuleName, infer B extends ModuleName, ...infer R]
    ? ModuleRegistry[A]['output'] extends ModuleRegistry[B]['input']
      ? readonly [A, ...CheckChain<readonly [B, ...R]>]
      : readonly [
          A,
          `'${A}' outputs ${ModuleRegistry[A]['output']}, but '${B}' takes ${ModuleRegistry[B]['input']}`,
          ...R,
        ]
    : readonly [...C];

/** The last module of a chain; any of its modules when the compiler does not know the order. */
export type Last<C extends readonly unknown[]> = C extends readonly [...unknown[], infer L] ? L : C[number];

/** Whether a module occurs twice. */
export type Repeats<C extends readonly unknown[]> = C extends readonly [infer H, ...infer T]
  ? H extends T[number]
    ? true
    : Repeats<T>
  : false;

/** `'0'` is `module_1`, and so on up to the longest chain. */
export interface Positions {
  '0': 1;
  '1': 2;
  '2': 3;
  '3': 4;
  '4': 5;
  '5': 6;
  '6': 7;
  '7': 8;
  '8': 9;
  '9': 10;
}

/** `module_1` for position `'0'`; nothing for a position that no chain has. */
export type PositionLabel<I extends string> = I extends keyof Positions ? `module_${Positions[I]}` : never;

/** What the output file of a chain parses to; `null` when its last module writes no JSON. */
export type OutputOf<C extends readonly ModuleName[]> =
  Last<C> extends infer L ? (L extends ModuleName ? ModuleRegistry[L]['result'] : never) : never;
