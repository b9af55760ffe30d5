import type { ModuleImplementation } from '../module-contract/module.js';
/** The names of the built-in modules that this server can run. */
export declare const runnableModules: readonly string[];
/** Loads a built-in module and its dependencies. Returns `undefined` if this server cannot run the module. */
export declare function loadModule(name: string): Promise<ModuleImplementation | undefined>;
