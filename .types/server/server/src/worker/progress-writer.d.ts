import type { EngineContext } from '../engine/engine-context.js';
import type { RunnerProgress } from '../runner/runner.js';
/** Collects the progress of all steps in this process and writes it in one statement. Best effort: failed writes are ignored. */
export declare class ProgressWriter {
    #private;
    constructor(context: EngineContext);
    add(runId: string, index: number, progress: RunnerProgress): void;
    /** Drops the pending progress of a run whose step has ended. */
    forget(runId: string): void;
    close(): void;
}
