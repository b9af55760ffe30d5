import type { EngineContext } from '../engine-context.js';
/** The error code for a run whose heartbeat timed out. */
export declare const heartbeatTimeoutCode = "worker_lost";
/**
 * Ends reported runs whose heartbeat timed out. If this server was down, suspended or disconnected from its store, it may have
 * missed heartbeats, so the timeout restarts for all runs.
 */
export declare class HeartbeatTimeout {
    #private;
    constructor(context: EngineContext);
    /** Marks runs as crashed if their heartbeat timed out. @returns The number of runs marked as crashed. */
    crashTimedOut(): Promise<number>;
}
