import { RunFailedError } from '../errors/run-failed-error.js';
import type { Connection } from '../http/connection.js';
import { v1Call } from '../http/v1-call.js';
import { showStatus } from '../print/records.js';
import { restoreFromJson } from '../shared/rules/json-record.js';
import type { RunStatus, TaskRow } from '../shared/runs/run-status.js';
import type { Rows } from '../shared/types/rows.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { waitForRun, watchRun, type RunWaitOptions } from '../wait/watch-run.js';
import { waitOutsideSlot } from './serving/slots.js';

/** A run that a worker executes. Iterating over it yields its record every time it changes, until the run ends. */
export class StartedRun<Result = unknown> implements AsyncIterable<RunStatus & Rows<TaskRow>> {
  readonly id: string;
  /** A readable name, such as `purple-dogfish`. It is not unique. */
  readonly name: string;
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection, { requestId, name }: RunStatus) {
    this.id = requestId;
    this.name = name;
    this.#connection = connection;
  }

  /** Returns the run's current record. @throws `NotFoundError` if it was deleted. */
  async status(options: RequestOptions = {}): Promise<RunStatus & Rows<TaskRow>> {
    const call = { what: `read the status of run ${this.id}`, method: 'GET', path: `/v1/runs/${this.id}` } as const;
    return showStatus(await v1Call(this.#connection, call, options, (v1) => v1.runResponse));
  }

  /** Waits until the run has ended in any state, and returns its record. @throws `WaitTimeoutError`, `NotFoundError` */
  wait(options: RunWaitOptions = {}): Promise<RunStatus & Rows<TaskRow>> {
    return waitOutsideSlot(() => waitForRun(this.#connection, this.id, options));
  }

  /**
   * Waits until the run has ended, and returns its result.
   *
   * @throws `RunFailedError` if the run did not complete; `WaitTimeoutError`, `NotFoundError`.
   */
  async result(options: RunWaitOptions = {}): Promise<Result> {
    const status = await this.wait(options);
    if (status.state === 'completed') return restoreFromJson(status.result) as Result;
    const message = `Run ${this.id} of '${status.of}' ${status.state === 'failed' ? 'failed' : `was ${status.state}`}: ${status.error?.message ?? 'no reason was recorded'}`;
    throw new RunFailedError(message, status, {}, undefined);
  }

  /** Cancels the run. One that waits for a worker ends at once; a worker that has the run stops it, and then reports its end. */
  async cancel(options: RequestOptions = {}): Promise<void> {
    const call = { what: `cancel run ${this.id}`, path: `/v1/runs/${this.id}/cancel` };
    await v1Call(this.#connection, call, options, (v1) => v1.runSummaryResponse);
  }

  /** Yields the run's record every time it changes, until the run ends. */
  [Symbol.asyncIterator](): AsyncIterator<RunStatus & Rows<TaskRow>> {
    return watchRun(this.#connection, this.id, {})[Symbol.asyncIterator]();
  }
}
