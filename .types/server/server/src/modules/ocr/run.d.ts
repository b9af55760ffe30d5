import { type ModuleContext, type ModuleInput, type ModuleOutput } from '../../module-contract/module.js';
/** Recognises the text in an image and the position of each word. The output has one item. */
export declare function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput>;
