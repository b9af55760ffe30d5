import type { ModuleDefinition } from './catalogue.js';
/** The maximum number of modules in a chain. */
export declare const maxChainLength = 10;
interface ChainProblem {
    /** The 0-based position of the module that does not fit; `-1` if the whole chain is invalid. */
    readonly position: number;
    readonly message: string;
}
/**
 * Returns what is wrong with a chain, or `undefined` if it is valid.
 *
 * @param find Looks up a module by name, in the built-in catalogue or on a server with custom modules.
 */
export declare function findChainFault(chain: readonly string[], find: (name: string) => ModuleDefinition | undefined): ChainProblem | undefined;
export {};
