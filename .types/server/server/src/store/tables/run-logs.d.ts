import type { LogLine, LogLineLevel, StoredLogLine } from 'millrace/shared/runs/run-event.js';
import type { Queryable } from '../db/db.js';
export interface NewLogLine extends LogLine {
    readonly runId: string;
    /** 1-based line number in the run's log. The run's `log_lines` is the number of the last line. */
    readonly line: number;
}
export interface LogFilter {
    /** Only lines numbered higher than this. */
    readonly after: number;
    /** Only lines at this level or above. */
    readonly level?: LogLineLevel;
    readonly limit: number;
}
/** Inserts log lines. Lines that already exist are left unchanged. */
export declare function insertLogLines(tx: Queryable, lines: readonly NewLogLine[]): Promise<void>;
/** Returns a run's log lines, in order. The caller must have checked that the account owns the run. */
export declare function readLogLines(db: Queryable, runId: string, { after, level, limit }: LogFilter): Promise<StoredLogLine[]>;
