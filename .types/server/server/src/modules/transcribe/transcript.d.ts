import type { Transcription } from '../../module-contract/model-interfaces.js';
import { type PythonValue } from '../../formats/python-json.js';
/** Creates the output item in the hosted service's format. Values that the model does not report are `null`. */
export declare function transcriptItem({ text, segments }: Transcription): PythonValue;
