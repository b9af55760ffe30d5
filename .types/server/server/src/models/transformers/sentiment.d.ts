import type { Models } from '../../module-contract/model-interfaces.js';
import type { PipelineFor } from './load-pipeline.js';
export declare function localSentiment(classify: PipelineFor<'sentiment'>): Models['sentiment'];
