import type { ClaimedJob } from '../../queue/queue.js';
import type { RunnerResult } from '../../runner/runner.js';
import type { Step } from './begin-step.js';
import type { EngineContext } from '../engine-context.js';
interface StepBlobs {
    readonly output: string;
    /** The snippets for the step's embeddings, if semantic search needs them. */
    readonly snippets: string | null;
}
/**
 * Records a step's result in one transaction, which also queues the next step. After the last step, the transaction completes the
 * run and makes its file visible in listings and searches.
 *
 * @param blobs The blobs of the step's output. They have been written and synced.
 * @throws `LeaseLostError` if another worker has taken over the step or the run has ended. In that case, nothing is changed.
 */
export declare function finishStep(context: EngineContext, job: ClaimedJob, step: Step, result: RunnerResult, blobs: StepBlobs): Promise<void>;
export {};
