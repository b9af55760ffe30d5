import { type ModuleContext, type ModuleInput, type ModuleOutput } from '../../module-contract/module.js';
/** Splits text into snippets and records the line numbers of each. */
export declare function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput>;
