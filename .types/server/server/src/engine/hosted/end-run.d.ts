import type { RunError } from 'millrace/shared/runs/run-status.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
interface RunEnd {
    readonly runId: string;
    readonly state: 'failed' | 'cancelled' | 'crashed';
    /** The step at which the run ends. @default the running step, or the next step if no step is running */
    readonly index?: number;
    readonly error: RunError | null;
}
/**
 * Ends a run without completing it. The current step is set to the run's state, later steps are skipped, the file is marked as
 * failed, and its blobs are moved to the trash. The run is kept until the file expires. Unless the run was cancelled, the current
 * step's input is also kept, so that the run can be resumed from that step.
 *
 * @returns False if the run does not exist or has already ended, because a final state never changes.
 */
export declare function endRun(context: EngineContext, tx: Queryable, end: RunEnd): Promise<boolean>;
export {};
