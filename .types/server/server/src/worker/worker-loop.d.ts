import type { EngineContext } from '../engine/engine-context.js';
import type { RunChanges } from '../engine/run-changes.js';
import type { ModuleLimits } from '../module-contract/module.js';
import type { Runner } from '../runner/runner.js';
import type { Logger } from '../system/logger.js';
interface WorkerOptions {
    /** Maximum number of steps that are executed concurrently. */
    readonly concurrency: number;
    /** Names of the modules whose steps this worker executes. */
    readonly modules: readonly string[];
    readonly limits: ModuleLimits;
    readonly logger: Logger;
    /** How long `close` waits for running steps before aborting them, in milliseconds. */
    readonly graceMs: number;
}
/** Claims and executes up to `concurrency` steps at a time. Runs inside the server, or in a separate process on any host. */
export declare class WorkerLoop {
    #private;
    constructor(context: EngineContext, runner: Runner, changes: RunChanges, options: WorkerOptions);
    /** Stops claiming steps, waits up to `graceMs` for running steps to finish, and returns the rest to the queue. */
    close(): Promise<void>;
}
export {};
