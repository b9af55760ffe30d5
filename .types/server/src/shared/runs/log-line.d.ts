import type { LogLine, LogLineLevel } from './run-event.js';
import type { RunStatus } from './run-status.js';
/** Returns the source of a log line: `Flow run 'purple-dogfish'`, or `Task run 'clean-0'` for one of its task runs. */
export declare function logSource(run: Pick<RunStatus, 'kind' | 'name'>, task: string | null): string;
/**
 * Formats a line for printing, with the local time: `10:32:17.433 | INFO    | Flow run 'purple-dogfish' - Created task run …`.
 */
export declare function formatLogLine(source: string, { at, level, message }: Pick<LogLine, 'at' | 'level' | 'message'>): string;
/** Describes how a run or a task run ended: `Completed()`, `Failed('no such file')`. */
export declare function describeEnd(state: string, message?: string): string;
export declare const endLevel: (state: string) => LogLineLevel;
