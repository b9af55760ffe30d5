import type { CustomModuleDefinition } from '../module-contract/module-catalogue.js';
/** The modules in a configuration file, for the catalogue and the runner. */
export interface CustomModules {
    readonly definitions: readonly CustomModuleDefinition[];
    /** The configuration file and the names of its modules. Absent if there is no configuration file. */
    readonly config?: {
        readonly path: string;
        readonly modules: readonly string[];
    };
}
/**
 * Loads the custom modules from the configured file, or otherwise from `millrace.config.ts` (or .mts, .js, .mjs) in the data
 * directory, if it exists.
 *
 * @param configPath The configuration file's path, from the settings.
 * @throws `ConfigFileError` if the configured file does not exist, or the file cannot be used.
 */
export declare function loadCustomModules(configPath: string | undefined, dataDir: string): Promise<CustomModules>;
