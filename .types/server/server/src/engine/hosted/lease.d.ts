import type { ClaimedJob } from '../../queue/queue.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
/** Thrown if another worker has taken over the step or the run has ended. The transaction must be rolled back. */
export declare class LeaseLostError extends Error {
    readonly name = "LeaseLostError";
    constructor();
}
/** Completes a job in the transaction that records its outcome. @throws `LeaseLostError` */
export declare function completeJob(context: EngineContext, tx: Queryable, job: ClaimedJob): Promise<void>;
