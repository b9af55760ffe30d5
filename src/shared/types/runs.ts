import type { RequestOptions } from './client-options.js';
import type { LogLineLevel, LogPage } from '../runs/run-event.js';
import type { RunStatus } from '../runs/run-status.js';
import type { RunFilter } from './server-info.js';

/** Which lines of a run's log. */
export interface LogOptions extends RequestOptions {
  /** Lines after this number: `last` of the page before. @default 0 */
  after?: number | undefined;
  /** Lines of this level and above. @default 'debug' */
  level?: LogLineLevel | undefined;
  /** Lines of a page at the most. @default 1000 */
  limit?: number | undefined;
  /** Seconds that the server may wait for a line, where there is none yet; up to 60. @default 0 */
  wait?: number | undefined;
}

/** How a run is watched. */
export interface WatchOptions {
  /** Aborting it rejects with its reason. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for which the server may be away. @default 300_000 */
  patience?: number | undefined;
}

/** How long to wait for the end of a run. */
export interface RunWaitOptions extends WatchOptions {
  /** Milliseconds for the whole wait. @default no limit */
  timeout?: number | undefined;
}

/** A part of the list of runs. */
export interface RunPage {
  items: RunStatus[];
  /** For the next call; `null` on the last page. */
  nextCursor: string | null;
}

/** All runs of the account, whatever made them. Needs a Millrace server: the hosted protocol cannot say it. */
export interface Runs {
  /** @throws `NotFoundError` */
  get(requestId: string, options?: RequestOptions): Promise<RunStatus>;
  /** One page, newest first. */
  list(filter?: RunFilter, options?: RequestOptions): Promise<RunPage>;
  /** A page of a run's log, from the first line on. @throws `NotFoundError` */
  logs(requestId: string, options?: LogOptions): Promise<LogPage>;
  /**
   * The record of a run at each of its changes, from now to its end. Ends with the run, and when it is deleted. A reader that is
   * slow gets the newest record.
   *
   * @throws `NotFoundError` when there is no such run; what keeps the server from being reached for longer than `patience`.
   * @example
   * ```ts
   * for await (const { state, progress } of client.runs.watch(id)) console.log(state, progress.percent);
   * ```
   */
  watch(requestId: string, options?: WatchOptions): AsyncIterable<RunStatus>;
  /**
   * The record of a run at its end, however it ends.
   *
   * @throws `WaitTimeoutError`; `NotFoundError` when there is no such run, or it is deleted meanwhile.
   */
  wait(requestId: string, options?: RunWaitOptions): Promise<RunStatus>;
  /** Asks a run to stop; gives its record. A program of yours is told with the answer to its next report, and then stops. */
  cancel(requestId: string, options?: RequestOptions): Promise<RunStatus>;
  /** Removes a run and what belongs to it. */
  delete(requestId: string, options?: RequestOptions): Promise<void>;
}
