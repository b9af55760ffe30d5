import type { ModuleName } from '../modules/module.js';
import type { RequestOptions } from './client-options.js';
import type { FetchOutputOptions, ProcessResult, ProcessEvent } from './process.js';
import type { RunStatus } from '../runs/run-status.js';

/**
 * A run on the server. It goes on without this handle, and any process can take it up again by `pipeline.run(requestId)`.
 *
 * Iterating it gives its events; several iterators and waits share one loop. It has no `then`: returning it from an
 * `async` function does not wait for the run.
 */
export interface RunHandle<C extends readonly ModuleName[] = readonly ModuleName[]> extends AsyncIterable<
  ProcessEvent<C>
> {
  readonly requestId: string;
  /** `undefined` until the server has said it, after `pipeline.run(requestId)`. */
  readonly fileId: string | undefined;
  /** The run's record as it is now. */
  status(options?: RequestOptions): Promise<RunStatus<C[number]>>;
  /**
   * Waits for the end and downloads the output. Aborting it, or its timing out, changes nothing on the server: call it again.
   *
   * @throws `ProcessFailedError` when the run fails; `WaitTimeoutError` when `waitTimeout` passes first.
   */
  wait(options?: WaitOptions<C>): Promise<ProcessResult<C>>;
  /** Asks the server to stop. Aborting a signal only stops this client from waiting. */
  cancel(options?: RequestOptions): Promise<void>;
}

/** How a run is waited for, and where its output goes. */
export interface WaitOptions<C extends readonly ModuleName[] = readonly ModuleName[]> extends FetchOutputOptions {
  /** Milliseconds for the whole wait. @default 1_800_000 */
  waitTimeout?: number | undefined;
  /** Called for each event of the run. */
  onStatus?: ((event: ProcessEvent<C>) => void) | undefined;
  /** Print a whole line to stderr at every change of state. @default false */
  verbose?: boolean | undefined;
  /**
   * Milliseconds before the second look at a server that cannot tell when the run ends; grows by half each time.
   * @default 1000
   */
  pollInterval?: number | undefined;
  /** Milliseconds. @default 15_000 */
  maxPollInterval?: number | undefined;
}
