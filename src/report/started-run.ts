import { RunFailedError } from '../errors/run-failed-error.js';
import type { Runs } from '../resources/runs.js';
import { restoreFromJson } from '../shared/rules/json-record.js';
import type { RunStatus, TaskRow } from '../shared/runs/run-status.js';
import type { Rows } from '../shared/types/rows.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { RunWaitOptions } from '../wait/watch-run.js';
import { releaseSlotDuring } from './serving/run-slots.js';

/** A handle to a run that was started with `client.start()`. Iterate over the handle to follow the run until it ends. */
export class StartedRun<Result = unknown> implements AsyncIterable<RunStatus & Rows<TaskRow>> {
  readonly id: string;
  /** A human-readable name, such as `purple-dogfish`. Not unique. */
  readonly name: string;
  readonly #runs: Runs;

  /** @internal */
  constructor(runs: Runs, { requestId, name }: RunStatus) {
    this.id = requestId;
    this.name = name;
    this.#runs = runs;
  }

  /** Returns the run's current record. @throws `NotFoundError` if the run was deleted. */
  status(options: RequestOptions = {}): Promise<RunStatus & Rows<TaskRow>> {
    return this.#runs.get(this.id, options);
  }

  /**
   * Waits until the run ends, in any state, and returns its final record.
   *
   * @throws `WaitTimeoutError` if the run does not end within `waitTimeout`; `NotFoundError` if the run was deleted.
   */
  wait(options: RunWaitOptions = {}): Promise<RunStatus & Rows<TaskRow>> {
    return releaseSlotDuring(() => this.#runs.wait(this.id, options));
  }

  /**
   * Waits until the run ends, and returns its result.
   *
   * @throws `RunFailedError` if the run fails, crashes or is cancelled; `WaitTimeoutError` if the run does not end within `waitTimeout`;
   * `NotFoundError` if the run was deleted.
   */
  async result(options: RunWaitOptions = {}): Promise<Result> {
    const status = await this.wait(options);
    if (status.state === 'completed') return restoreFromJson(status.result) as Result;
    const message = `Run ${this.id} of '${status.of}' ${status.state === 'cancelled' ? 'was cancelled' : status.state}: ${status.error?.message ?? 'no reason was recorded'}`;
    throw new RunFailedError(message, status, {}, undefined);
  }

  /** Cancels the run. A run that is waiting for a worker ends immediately; a run in progress ends when its worker has stopped it. */
  async cancel(options: RequestOptions = {}): Promise<void> {
    await this.#runs.cancel(this.id, options);
  }

  /**
   * Yields the run's current record, and then its record after each change, until the run ends or is deleted. A slow reader gets only the
   * latest record.
   */
  [Symbol.asyncIterator](): AsyncIterator<RunStatus & Rows<TaskRow>> {
    return this.#runs.watch(this.id)[Symbol.asyncIterator]();
  }
}
