import type { Connection } from '../http/connection.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { ReportedRun } from '../shared/runs/run-event.js';
import type { QueuedEvent } from './event-queue.js';
export interface Batch {
    /** The reporter's id. */
    readonly reporter: string;
    readonly events: readonly QueuedEvent[];
    /** Runs in progress that need a heartbeat. They may have no events in this batch. */
    readonly alive: readonly string[];
}
export interface BatchResult {
    /** The server's response for each run in the batch. */
    readonly runs: ReadonlyMap<string, ReportedRun>;
    /** The reasons why the server rejected events. */
    readonly refused: readonly string[];
}
/** Sends events once. @throws If the events may not have arrived, for example because the response is invalid. */
export declare function sendBatch(connection: Connection, { reporter, events, alive }: Batch, options: RequestOptions): Promise<BatchResult>;
/** Returns whether the server rejected the request's content, in which case a retry would not help. */
export declare function isRejection(error: unknown): boolean;
