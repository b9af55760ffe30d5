import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';
/** Writes every keyword in the text to a SQLite database, with its singular form and position, and writes the search postings. */
export declare function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput>;
