import type { ModuleName, ModuleRegistry } from './module.js';

/** The type of a chain argument. For an invalid chain, the type contains an error message, which the compiler shows. */
export type Chain<C extends readonly unknown[]> =
  readonly [...C] extends CheckChain<C> ? readonly [...C] : CheckChain<C>;

/**
 * The chain itself if it is valid. Otherwise, an error message replaces the first module that cannot follow the previous module. For an
 * empty chain, the message is the only element.
 */
type CheckChain<C extends readonly unknown[]> = C extends readonly []
  ? readonly ['a chain needs at least one module']
  : C extends readonly [infer A extends ModuleName, infer B extends ModuleName, ...infer R]
    ? A extends TerminalModule
      ? readonly [A, `'${A}' must be the last module, but '${B}' follows`, ...R]
      : CheckPair<A, B, R>
    : readonly [...C];

/** The modules that must be last in a chain, because their output is a final result, not input for another module. */
type TerminalModule = 'classify' | 'extract';

type CheckPair<
  A extends ModuleName,
  B extends ModuleName,
  R extends readonly unknown[],
> = ModuleRegistry[A]['output'] extends ModuleRegistry[B]['input']
  ? readonly [A, ...CheckChain<readonly [B, ...R]>]
  : readonly [A, `'${A}' outputs ${ModuleRegistry[A]['output']}, but '${B}' takes ${ModuleRegistry[B]['input']}`, ...R];

/** The last module in a chain, or the union of the chain's modules if the chain is an array, not a tuple. */
type LastModule<C extends readonly unknown[]> = C extends readonly [...unknown[], infer L] ? L : C[number];

/** Whether any module occurs more than once in a chain. */
export type HasDuplicates<C extends readonly unknown[]> = C extends readonly [infer H, ...infer T]
  ? H extends T[number]
    ? true
    : HasDuplicates<T>
  : false;

/** Maps the 0-based index of a module to its 1-based position. */
interface PositionByIndex {
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

/** The label of a module, given its 0-based index in the chain: `module_1` for `'0'`. `never` if the index is greater than 9. */
export type PositionLabel<I extends string> = I extends keyof PositionByIndex ? `module_${PositionByIndex[I]}` : never;

/** The type of a chain's parsed JSON output; `null` if the output is not JSON. */
export type OutputOf<C extends readonly ModuleName[]> =
  LastModule<C> extends infer L ? (L extends ModuleName ? ModuleRegistry[L]['result'] : never) : never;

/** The type of a chain's output in memory: parsed JSON, a string for text, or bytes for any other format. */
export type OutputInMemory<C extends readonly ModuleName[]> =
  LastModule<C> extends infer L
    ? L extends ModuleName
      ? DecodedOutput<ModuleRegistry[L]['output'], OutputOf<[L]>>
      : never
    : never;

type DecodedOutput<Format, Parsed> = Format extends 'json' ? Parsed : Format extends 'text' ? string : Uint8Array;
