import type { Logger, LogLevel } from '../shared/types/client-options.js';
export type Log = Readonly<Record<Exclude<LogLevel, 'off'>, (message: string, fields?: Record<string, unknown>) => void>>;
export declare const logLevels: readonly LogLevel[];
/** Returns a log that drops messages below the given level. Errors thrown by the logger are ignored. */
export declare function createLog(level: LogLevel, logger?: Logger): Log;
