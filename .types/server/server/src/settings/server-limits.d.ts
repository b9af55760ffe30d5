import type { Limits } from 'millrace/shared/types/limits.js';
import type { Settings } from './config.js';
/** Returns the limits that this server announces to clients. */
export declare function serverLimits(settings: Settings): Limits;
