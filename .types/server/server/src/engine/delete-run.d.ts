import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import type { EngineContext } from './engine-context.js';
/**
 * Deletes a run along with its task runs and its log. Also deletes a hosted run's file or a reported run's subflows. Requests
 * waiting for any of the deleted runs are notified.
 */
export declare function deleteRun(context: EngineContext, accountId: string, run: RunStatus): Promise<void>;
