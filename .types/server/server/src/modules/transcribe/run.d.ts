import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';
/** Transcribes a recording with timestamps. The output has one item. */
export declare function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput>;
