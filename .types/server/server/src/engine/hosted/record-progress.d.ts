import type { Progress } from 'millrace/shared/runs/run-status.js';
import type { EngineContext } from '../engine-context.js';
/** A running step's progress. */
export interface StepProgress {
    readonly runId: string;
    readonly index: number;
    readonly progress: Progress;
}
/**
 * Records the progress of steps. Progress that goes backwards, or whose step has ended, is ignored. The update is not durable.
 */
export declare function recordProgress({ db }: EngineContext, steps: readonly StepProgress[]): Promise<void>;
