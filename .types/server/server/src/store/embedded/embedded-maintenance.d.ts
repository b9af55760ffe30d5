import type { Db } from '../db/db.js';
interface MaintenanceTimes {
    /** Interval between checks of the write-ahead log's size, in milliseconds. */
    readonly checkMs: number;
    /** Maximum time between checkpoints while the log is growing, in milliseconds. */
    readonly checkpointMs: number;
    /** Interval between checks for tables that need a vacuum, in milliseconds. */
    readonly vacuumMs: number;
}
/**
 * Replaces PostgreSQL's background processes, which the embedded database lacks. Without checkpoints, its log would grow without
 * limit. Without vacuuming, its tables would do the same.
 */
export declare class EmbeddedMaintenance {
    #private;
    constructor(db: Db, times?: Partial<MaintenanceTimes>);
    start(): void;
    stop(): Promise<void>;
    /** Writes a checkpoint, so that PostgreSQL can remove older log segments. */
    checkpoint(): Promise<void>;
    /** Reclaims space from deleted rows and refreshes the planner's statistics for tables that have changed enough. */
    vacuum(): Promise<void>;
}
export {};
