import type { PipelineConfig } from '../shared/modules/pipeline-config.js';
/**
 * Reads a pipeline's YAML file. Only the names are used, because the module descriptions may be outdated.
 *
 * @throws `ValidationError`
 */
export declare function loadConfigFile(configPath: string): Promise<{
    name: string;
    chain: string[];
}>;
/** Writes a pipeline's YAML file atomically. @throws `ValidationError` */
export declare function saveConfigFile(configPath: string, config: PipelineConfig): Promise<void>;
