import type { Step } from '../engine/hosted/begin-step.js';
import type { EngineContext } from '../engine/engine-context.js';
import type { RunChanges } from '../engine/run-changes.js';
import type { ClaimedJob } from '../queue/queue.js';
import type { Logger } from '../system/logger.js';
import { type StepTools } from './run-step.js';
interface ActiveStepsOptions {
    readonly tools: Omit<StepTools, 'onExecuted'>;
    readonly changes: RunChanges;
    readonly logger: Logger;
    /** Called each time a module or a step ends. */
    readonly onProgress: () => void;
}
/** Runs claimed steps and renews their leases. A step is aborted if its lease is lost, or its run is cancelled or deleted. */
export declare class ActiveSteps {
    #private;
    constructor(context: EngineContext, options: ActiveStepsOptions);
    /** How many steps are executing their modules, and how many are recording their outcomes. */
    get counts(): {
        readonly executing: number;
        readonly recording: number;
    };
    start(job: ClaimedJob, begun: Step | undefined): void;
    /** Waits up to `graceMs` for the steps to finish, then aborts the remaining steps and releases their jobs. */
    close(graceMs: number): Promise<void>;
}
export {};
