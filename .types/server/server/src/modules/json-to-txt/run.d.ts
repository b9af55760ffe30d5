import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';
/** Writes the text of every item to one text file, each on a new line. */
export declare function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput>;
