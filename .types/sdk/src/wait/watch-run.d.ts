import type { Connection } from '../http/connection.js';
import type { RunStatus } from '../shared/runs/run-status.js';
/** Options for watching a run. */
export interface WatchOptions {
    /** Aborts the call, which then rejects with the signal's reason. */
    signal?: AbortSignal | undefined;
    /** Timeout for each HTTP request, in milliseconds. @default the client's */
    timeout?: number | undefined;
    /** How long the server may be unreachable before the call fails, in milliseconds. @default 300_000 */
    patience?: number | undefined;
}
/** Options for waiting until a run ends. */
export interface RunWaitOptions extends WatchOptions {
    /** Maximum total wait time, in milliseconds. @default no limit */
    waitTimeout?: number | undefined;
}
/** Yields a run's record every time it changes. A slow reader gets only the latest record. */
export declare function watchRun(connection: Connection, requestId: string, options: WatchOptions): AsyncGenerator<RunStatus, undefined>;
/** Returns a run's record once it has ended. @throws `WaitTimeoutError`, `NotFoundError`, the signal's reason */
export declare function waitForRun(connection: Connection, requestId: string, options: RunWaitOptions): Promise<RunStatus>;
