import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';
/** Embeds each item's text. The output has one row per item, in order. */
export declare function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput>;
