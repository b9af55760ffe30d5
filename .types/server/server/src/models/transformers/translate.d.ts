import type { Models } from '../../module-contract/model-interfaces.js';
import type { PipelineFor } from './load-pipeline.js';
export declare function localTranslate(translate: PipelineFor<'translate'>): Models['translate'];
