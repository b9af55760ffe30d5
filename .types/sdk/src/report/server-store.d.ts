import type { Connection } from '../http/connection.js';
import type { RunStore } from '../shared/runs/run-observer.js';
import type { ResumePoint, RunEvent } from '../shared/runs/run-event.js';
/** Stores runs on a server. */
export declare class ServerStore implements RunStore {
    #private;
    constructor(connection: Connection);
    /** Returns immediately, so an unreachable server does not delay any step. */
    append(event: RunEvent): void;
    load(runId: string): Promise<ResumePoint | undefined>;
}
