import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';
/** Translates each text. Line numbers are omitted because they would not match the translation. */
export declare function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput>;
