import type { StepInfo } from '../flow/types/local-pipeline.js';
import type { Connection } from '../http/connection.js';
import { type Worker } from './worker.js';
/** Options for `client.worker()`. */
export interface WorkerOptions {
    /** The program's name. The name, version and steps together identify the worker. */
    name: string;
    version: string;
    /** The pipelines, flows and tasks that the worker executes. @default none */
    pipelines?: readonly {
        readonly name: string;
        readonly version: string | null;
        readonly steps?: readonly StepInfo[];
    }[] | undefined;
    /** Path to a file that stores the worker's id, so that the id is known even if the server is unreachable. @default none */
    idFile?: string | undefined;
}
/** Starts a worker. Does not throw if the server cannot be reached. @throws `ValidationError` if the options are invalid. */
export declare function startWorker(connection: Connection, options: WorkerOptions): Promise<Worker>;
