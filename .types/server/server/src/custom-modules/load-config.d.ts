import type { CustomModule } from './custom-module.js';
/** Thrown when the configuration file cannot be used. The message contains the reason. */
export declare class ConfigFileError extends Error {
    readonly name = "ConfigFileError";
}
/**
 * Loads the modules in a TypeScript or JavaScript configuration file.
 *
 * @throws `ConfigFileError` if the file cannot be used.
 */
export declare function loadConfig(path: string): Promise<readonly CustomModule[]>;
