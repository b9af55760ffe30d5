import type { Logger } from '../system/logger.js';
import { type ModuleLimits } from '../module-contract/module.js';
import type { ClaimedJob } from '../queue/queue.js';
import type { Runner } from '../runner/runner.js';
import type { Step } from '../engine/hosted/begin-step.js';
import type { EngineContext } from '../engine/engine-context.js';
import type { ModuleLogs } from './module-logs.js';
import type { ProgressWriter } from './progress-writer.js';
/** The abort reason for a step that returns to the queue because its worker is closing. */
export declare class WorkerClosingError extends Error {
    readonly name = "WorkerClosingError";
}
export interface StepTools {
    readonly runner: Runner;
    readonly limits: ModuleLimits;
    readonly progress: ProgressWriter;
    readonly logs: ModuleLogs;
    readonly logger: Logger;
    /** Called once the module has ended, before its outcome is recorded. */
    readonly onExecuted?: () => void;
}
/**
 * Executes a claimed job's step: runs the module and records the outcome. Resolves once the job is completed or belongs to
 * another worker.
 *
 * @param step The step, or `undefined` if the run ended before its job was claimed.
 * @param signal Aborts when the lease is lost, the run is cancelled, or this worker closes.
 * @throws If the store cannot be reached, in which case the lease expires and the step runs again.
 */
export declare function runStep(context: EngineContext, tools: StepTools, job: ClaimedJob, step: Step | undefined, signal: AbortSignal): Promise<void>;
