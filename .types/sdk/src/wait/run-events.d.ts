import type { ProcessEvent } from '../shared/types/process.js';
import type { RunStatus } from '../shared/runs/run-status.js';
import type { RunFeed } from './run-feed.js';
/**
 * Converts a run's successive records into events. Each follower has its own instance, so even a late follower gets every event
 * exactly once and in order.
 */
export declare class RunEvents {
    #private;
    constructor(label: string);
    /** Returns the new events in a record. */
    read(status: RunStatus): ProcessEvent[];
}
/** Yields a run's events until it ends. A slow reader skips outdated progress events, but gets every other event. */
export declare function iterateEvents(feed: RunFeed, label: string, firstEvents: readonly ProcessEvent[]): AsyncGenerator<ProcessEvent>;
