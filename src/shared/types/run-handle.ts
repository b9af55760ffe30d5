import type { ModuleName } from '../modules/module.js';
import type { RequestOptions } from './client-options.js';
import type { ProcessEvent, ProcessResult, WaitOptions } from './process.js';
import type { RunStatus, TaskRow } from '../runs/run-status.js';
import type { Rows } from './rows.js';

/**
 * A handle for a run on the server. The run continues without the handle, and any process can get a new handle with
 * `pipeline.attach(id)`.
 *
 * Iterating over the handle yields the run's events. A slow loop skips outdated `progress` events. All iterators and `wait()` calls of a
 * handle share one polling loop. A handle has no `then`, so returning it from an `async` function does not wait for the run.
 */
export interface RunHandle<C extends readonly ModuleName[] = readonly ModuleName[]> extends AsyncIterable<
  ProcessEvent<C>
> {
  /** The run's id. */
  readonly id: string;
  /** The same as `id`. Results and records use this name. */
  readonly requestId: string;
  /** The file's id; after `pipeline.attach(id)`, `undefined` until `status()` or `wait()` has read it. */
  readonly fileId: string | undefined;
  /** Returns the run's current status. */
  status(options?: RequestOptions): Promise<RunStatus<C[number]> & Rows<TaskRow>>;
  /**
   * Waits until the run ends, then downloads the output, to a file or into memory. An abort or a timeout changes nothing on the server,
   * so you can wait again.
   *
   * @throws `ProcessFailedError` if the run does not complete; `WaitTimeoutError` if `waitTimeout` expires first.
   */
  wait<Directory extends string | false = string>(
    options?: WaitOptions<C> & { localSaveDirectory?: Directory | undefined },
  ): Promise<ProcessResult<C, Directory>>;
  /** Asks the server to cancel the run. By contrast, aborting the `signal` of a `wait()` call ends only the wait. */
  cancel(options?: RequestOptions): Promise<void>;
}
