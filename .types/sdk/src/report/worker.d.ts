import type { Connection } from '../http/connection.js';
import { observeRuns, type RunObserver, type RunReporter } from '../shared/runs/run-observer.js';
import { asyncDispose } from '../shared/runtime/async-dispose.js';
import type { WorkerPipeline } from '../shared/types/worker.js';
import type { Reporter } from './reporter.js';
/** A registered worker process. Pass it as the `report` option to assign runs to the worker. */
export interface Worker extends RunReporter {
    readonly name: string;
    readonly version: string;
    /** `null` until the server has been reached, unless `idFile` contains the id. */
    readonly id: string | null;
    /** Stops the heartbeats, and waits up to 3 seconds for pending events to be sent. */
    close(): Promise<void>;
    /** Closes the worker at the end of an `await using` block. */
    [asyncDispose](): Promise<void>;
}
export interface WorkerIdentity {
    readonly name: string;
    readonly version: string;
    readonly pipelines: readonly WorkerPipeline[];
}
/** Registers with the server as soon as it can be reached, and sends heartbeats. */
export declare class RegisteredWorker implements Worker {
    #private;
    readonly name: string;
    readonly version: string;
    constructor(connection: Connection, reporter: Reporter, identity: WorkerIdentity, idFile: string | undefined);
    get id(): string | null;
    [observeRuns](): RunObserver;
    /** Never rejects, because a worker can run without the server. */
    start(): Promise<void>;
    close(): Promise<void>;
    [asyncDispose](): Promise<void>;
}
