import type { Models } from '../../module-contract/model-interfaces.js';
import type { PipelineFor } from './load-pipeline.js';
export declare function localSummarize(summarize: PipelineFor<'summarize'>): Models['summarize'];
