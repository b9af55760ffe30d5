import type { RunError } from 'millrace/shared/runs/run-status.js';
import type { ClaimedJob } from '../../queue/queue.js';
import type { EngineContext } from '../engine-context.js';
/** Ends a run whose module failed. The module is not retried, because it would fail again. @throws `LeaseLostError` */
export declare function failStep(context: EngineContext, job: ClaimedJob, error: RunError): Promise<void>;
/** Completes a job whose run has ended or was deleted. */
export declare function dropJob(context: EngineContext, job: ClaimedJob): Promise<void>;
/** Ends the runs whose current step has lost its worker too often. @returns The number of runs ended. */
export declare function crashExhaustedRuns(context: EngineContext): Promise<number>;
