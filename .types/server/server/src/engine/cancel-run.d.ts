import type { EngineContext } from './engine-context.js';
/**
 * Cancels a run. A hosted run ends immediately. Its worker is notified and can no longer record a result. For a reported run, the
 * next response asks its program to stop, and the run is cancelled once the program reports that it has stopped.
 *
 * @throws `EngineError` `not_found` if the run does not exist; `conflict` if it has already ended.
 */
export declare function cancelRun(context: EngineContext, accountId: string, runId: string): Promise<void>;
