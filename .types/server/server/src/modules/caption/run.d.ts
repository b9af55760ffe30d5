import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';
/** Describes an image in one sentence. The output has one item. */
export declare function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput>;
