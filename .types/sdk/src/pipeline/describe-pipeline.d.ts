import type { PipelineConfig } from '../shared/modules/pipeline-config.js';
/** Returns a pipeline in the hosted service's format, with all known details of its modules. A custom module has only a name. */
export declare function describePipeline(name: string, chain: readonly string[]): PipelineConfig;
