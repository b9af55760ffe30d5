import { type SettingsInput } from './settings/config.js';
import { type Logger } from './system/logger.js';
import { type EngineOptions } from './open-engine.js';
import { asyncDispose } from 'millrace/shared/runtime/async-dispose.js';
export interface StartOptions extends SettingsInput, EngineOptions {
    /** @default a logger that writes messages at `logLevel` or above to standard error */
    readonly logger?: Logger;
}
export interface RunningServer {
    /** The server's URL, without a trailing slash. */
    readonly url: string;
    /** The API key in `credentials.json`. */
    readonly apiKey: string;
    readonly dataDir: string;
    /** Whether the API key was created during this startup. */
    readonly isNewKey: boolean;
    readonly backend: 'pglite' | 'postgres';
    /** Stops accepting requests, waits up to `graceSeconds` for running steps and requests, then closes everything. */
    close(): Promise<void>;
    /** Closes the server at the end of an `await using` block. */
    [asyncDispose](): Promise<void>;
}
/**
 * Starts the server in this process, using the embedded database or the PostgreSQL server at `databaseUrl`.
 *
 * @throws `SettingsError` if a setting is invalid; `DataDirInUseError` if another process is using the data directory.
 * @example
 * ```ts
 * const server = await startServer({ dataDir: './data', port: 0 });
 * const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });
 * await server.close();
 * ```
 */
export declare function startServer(options?: StartOptions): Promise<RunningServer>;
