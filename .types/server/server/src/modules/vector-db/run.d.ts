import { type ModuleContext, type ModuleInput, type ModuleOutput } from '../../module-contract/module.js';
/**
 * Normalises the vectors in an NPY file so that their inner product is the cosine similarity, and writes them to a FAISS index.
 */
export declare function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput>;
