import type { LogLineLevel, LogPage } from '../shared/runs/run-event.js';
import type { RunPage, RunState, RunStatus } from '../shared/runs/run-status.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { type RunWaitOptions, type WatchOptions } from '../wait/watch-run.js';
/** A filter for listing runs. */
export interface RunFilter {
    /** The run's state, or several states to match. */
    state?: RunState | readonly RunState[] | undefined;
    kind?: 'hosted' | 'pipeline' | 'flow' | 'task' | undefined;
    /** The name of the pipeline, flow or task. */
    of?: string | undefined;
    /** The run's human-readable name. */
    name?: string | undefined;
    /** The id of the worker that executes the run. */
    worker?: string | undefined;
    /** Only runs created at or after this time. */
    since?: Date | undefined;
    /** Maximum number of runs. @default the server's default */
    limit?: number | undefined;
    /** The previous page's `nextCursor`. */
    cursor?: string | undefined;
}
/** Options for reading a run's log. */
export interface LogOptions extends RequestOptions {
    /** Returns only lines after this line number, usually the previous page's `last`. @default 0 */
    after?: number | undefined;
    /** The minimum level. @default 'debug' */
    level?: LogLineLevel | undefined;
    /** Maximum number of lines. @default 1000 */
    limit?: number | undefined;
    /** How long the server may wait for the next line, in seconds, at most 60. @default 0 */
    wait?: number | undefined;
}
/** All runs in the account, of any kind. Requires a Millrace server; the hosted protocol exposes runs only by pipeline. */
export declare class Runs {
    #private;
    /** Returns a run's record. @throws `NotFoundError` */
    get(requestId: string, options?: RequestOptions): Promise<RunStatus>;
    /** Returns one page of runs, newest first. */
    list(filter?: RunFilter, options?: RequestOptions): Promise<RunPage>;
    /** Returns a page of a run's log, starting with the first line by default. @throws `NotFoundError` */
    logs(requestId: string, options?: LogOptions): Promise<LogPage>;
    /**
     * Yields a run's record every time it changes, until the run ends or is deleted. A slow reader gets only the latest record.
     *
     * @throws `NotFoundError` if there is no such run; the last error if the server is unreachable for longer than `patience`.
     * @example
     * ```ts
     * for await (const { state, progress } of client.runs.watch(id)) console.log(state, progress.percent);
     * ```
     */
    watch(requestId: string, options?: WatchOptions): AsyncIterable<RunStatus>;
    /**
     * Waits until a run ends, in any state, and returns its record.
     *
     * @throws `WaitTimeoutError`; `NotFoundError` if there is no such run, or it is deleted while waiting.
     */
    wait(requestId: string, options?: RunWaitOptions): Promise<RunStatus>;
    /**
     * Requests cancellation of a run and returns its record. A program executing the run is notified in the response to its next
     * event, and then stops.
     */
    cancel(requestId: string, options?: RequestOptions): Promise<RunStatus>;
    /** Deletes a run and everything that belongs to it. */
    delete(requestId: string, options?: RequestOptions): Promise<void>;
}
