import type { ModuleContext, ModuleInput, ModuleOutput } from '../module-contract/module.js';
import type { PythonValue } from '../formats/python-json.js';
/** Maps each text in a JSON input to an output item, in order, and reports progress. */
export declare function mapItems(input: ModuleInput, context: ModuleContext, work: (text: string) => Promise<PythonValue>): Promise<ModuleOutput>;
