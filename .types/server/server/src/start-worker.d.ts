import { type SettingsInput } from './settings/config.js';
import { type Logger } from './system/logger.js';
import { asyncDispose } from 'millrace/shared/runtime/async-dispose.js';
import { type EngineOptions } from './open-engine.js';
export interface WorkerStartOptions extends Omit<SettingsInput, 'worker'>, EngineOptions {
    readonly logger?: Logger;
}
export interface RunningWorker {
    close(): Promise<void>;
    /** Closes the worker at the end of an `await using` block. */
    [asyncDispose](): Promise<void>;
}
/**
 * Starts a worker without an HTTP server. The worker claims steps from the PostgreSQL server at `databaseUrl` and runs them. Its
 * `dataDir` must be a directory that is shared with the servers.
 *
 * @throws `SettingsError` if there is no `databaseUrl`, because only one process can use the embedded database.
 */
export declare function startWorker(options?: WorkerStartOptions): Promise<RunningWorker>;
