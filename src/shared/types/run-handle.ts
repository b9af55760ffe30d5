import type { ModuleName } from '../modules/module.js';
import type { RequestOptions } from './client-options.js';
import type { ProcessEvent, ProcessResult, WaitOptions } from './process.js';
import type { RunStatus } from '../runs/run-status.js';

/**
 * A run on the server. The run continues without this handle, and any process can get a new handle with `pipeline.run(requestId)`.
 *
 * Iterating over it returns its events. Several iterators and waits share one polling loop. It has no `then`, so returning it from
 * an `async` function does not wait for the run.
 */
export interface RunHandle<C extends readonly ModuleName[] = readonly ModuleName[]> extends AsyncIterable<
  ProcessEvent<C>
> {
  readonly requestId: string;
  /** `undefined` after `pipeline.run(requestId)`, until a response of the server contains it. */
  readonly fileId: string | undefined;
  /** Returns the current record of the run. */
  status(options?: RequestOptions): Promise<RunStatus<C[number]>>;
  /**
   * Waits until the run ends and downloads the output. An abort or a timeout changes nothing on the server: you can call it again.
   *
   * @throws `ProcessFailedError` when the run fails; `WaitTimeoutError` when `waitTimeout` passes first.
   */
  wait(options?: WaitOptions<C>): Promise<ProcessResult<C>>;
  /** Asks the server to cancel the run. Aborting a signal, by contrast, only ends the wait. */
  cancel(options?: RequestOptions): Promise<void>;
}
