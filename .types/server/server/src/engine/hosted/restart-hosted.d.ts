import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
/**
 * Requeues a hosted run at the module where it ended. The caller must have locked the run.
 *
 * @throws `EngineError` `conflict` if the module's input was deleted or another file now has the path.
 */
export declare function restartHosted(context: EngineContext, tx: Queryable, run: RunStatus): Promise<void>;
