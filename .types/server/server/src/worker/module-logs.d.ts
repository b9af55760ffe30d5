import type { LogLineLevel } from 'millrace/shared/runs/run-event.js';
import type { EngineContext } from '../engine/engine-context.js';
/** Collects log lines from modules and writes them to their runs' logs. Best effort: failed writes are ignored. */
export declare class ModuleLogs {
    #private;
    constructor(context: EngineContext);
    add(runId: string, task: string, level: LogLineLevel, message: string): void;
    /** Writes a run's pending lines. Never rejects. */
    flush(runId: string): Promise<void>;
    close(): void;
}
