import type { ClientOptions } from '../shared/types/client-options.js';
import type { Settings } from './settings.js';
/**
 * Resolves a client's settings from the options, the environment and the local server's credentials file, in order of precedence.
 */
export declare function resolveSettings(options: ClientOptions, env: NodeJS.ProcessEnv): Settings;
