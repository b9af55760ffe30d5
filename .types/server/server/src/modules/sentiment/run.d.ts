import type { SentimentScores } from '../../module-contract/model-interfaces.js';
import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';
import { type PythonValue } from '../../formats/python-json.js';
/** Scores how positive, negative and neutral each text is. */
export declare function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput>;
/** Creates an output item in the hosted service's format. */
export declare function sentimentItem(snippet: string, { positive, negative, neutral }: SentimentScores): PythonValue;
