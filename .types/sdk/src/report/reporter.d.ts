import type { Connection } from '../http/connection.js';
import type { RunObserver } from '../shared/runs/run-observer.js';
import type { RunEvent } from '../shared/runs/run-event.js';
/** Returns a client's reporter. Each client has only one, so that its events stay in order. */
export declare function reporterOf(connection: Connection): Reporter;
/** Returns a client's reporter, or `undefined` if nothing has been reported through the client. */
export declare function findReporter(connection: Connection): Reporter | undefined;
/**
 * Sends run events from this process to a server in the background: in order, in batches, and with retries until they arrive.
 * It never affects the runs, because it never throws and no run waits for it. It keeps the process alive only briefly at exit.
 */
export declare class Reporter {
    #private;
    /** Identifies this process to the server. */
    readonly id: `${string}-${string}-${string}-${string}-${string}`;
    constructor(connection: Connection);
    observer(worker: string | null): RunObserver;
    /** Queues an event. Ignores duplicates, such as events that a server store has already added. */
    add(event: RunEvent): void;
    /** Waits until all events have arrived or the time has passed. @returns Whether all events have arrived. */
    flush(milliseconds: number): Promise<boolean>;
}
