import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';
/** Summarises each block of two paragraphs. The summaries are separated by blank lines. */
export declare function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput>;
