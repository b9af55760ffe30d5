import { ResponseShapeError } from '../errors/response-error.js';
import type { Connection } from '../http/connection.js';
import { identifyServer } from '../http/identify-server.js';
import { requestV1 } from '../http/call-v1.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { ReportedRun } from '../shared/runs/run-event.js';
import { RunEventsUnsupportedError } from './batch-errors.js';
import type { QueuedEvent } from './event-queue.js';

const action = 'report runs';
/** Timeouts for the first attempt and for retries, in milliseconds. Retries have a longer timeout, in case the server is slow. */
const attemptTimeoutsMs = [5000, 10_000] as const;

interface Batch {
  /** The reporter's id. */
  readonly reporter: string;
  readonly events: readonly QueuedEvent[];
  /** The ids of the runs to send heartbeats for. These runs may also have events in this batch. Empty if no heartbeat is due. */
  readonly alive: readonly string[];
}

interface BatchResult {
  /** The server's response for each run, by run id. Runs can be missing if the server rejected events. */
  readonly runs: ReadonlyMap<string, ReportedRun>;
  /** The server's error messages about rejected events. Empty if no event was rejected. */
  readonly rejectionReasons: readonly string[];
}

/** Sends batches of events and heartbeats. While the exit is delayed, limits the timeout of each new request to the remaining delay. */
export class BatchSender {
  readonly #connection: Connection;
  #isServerChecked = false;
  #inFlightController: AbortController | undefined;
  /** The time at which the exit delay ends, as a `performance.now()` value; `Infinity` if the exit is not delayed. */
  #exitDeadline = Infinity;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Checks that the server accepts run events, unless an earlier check succeeded. Does not use `connection.getServerInfo()`, because its
   * request would keep the process alive.
   *
   * @throws `RunEventsUnsupportedError` if the server does not accept run events; any error that {@link identifyServer} throws.
   */
  async checkServer(isRetry: boolean): Promise<void> {
    if (this.#isServerChecked) return;
    const { kind } = await identifyServer(this.#connection, this.#createRequestOptions(isRetry), true);
    if (kind === 'hosted') {
      throw new RunEventsUnsupportedError(
        `${this.#connection.apiUrl} does not appear to be a server that records runs.`,
      );
    }
    this.#isServerChecked = true;
  }

  /** Sends a batch without retrying. @throws If the request fails, or if the response omits a run but lists no rejected events. */
  async send({ reporter, events, alive }: Batch, isRetry: boolean): Promise<BatchResult> {
    // concatenate the events, because they are already JSON
    const reports = events.map(({ text }) => text).join(',');
    const text = `{"reporter":"${reporter}","alive":${JSON.stringify(alive)},"reports":[${reports}]}`;
    const call = { action, path: '/v1/events', text, isBackground: true };
    const options = this.#createRequestOptions(isRetry);
    const { output, response } = await requestV1(this.#connection, call, options, (v1) => v1.eventsResponse);
    const { runs, refused } = output;
    const reportedRuns = new Map(Object.entries(runs));
    const missing = [...events.map(({ runId }) => runId), ...alive].find((runId) => !reportedRuns.has(runId));
    // the response may omit a run if the server rejected all its events
    if (missing !== undefined && refused.length === 0) {
      throw new ResponseShapeError(`Could not ${action}: the response does not mention run ${missing}.`, response.body);
    }
    return { runs: reportedRuns, rejectionReasons: refused.map(({ message }) => message) };
  }

  /**
   * Must be called when the process is about to exit. Calls `flush`, and limits the timeouts of the requests that `flush` sends, so that
   * they end within `milliseconds` of this call. If `flush` resolves to `false`, aborts the request in progress.
   */
  async flushAtExit(milliseconds: number, flush: () => Promise<boolean>): Promise<void> {
    this.#exitDeadline = performance.now() + milliseconds;
    if (!(await flush())) this.#inFlightController?.abort(new Error('the process is exiting'));
    this.#exitDeadline = Infinity;
  }

  #createRequestOptions(isRetry: boolean): RequestOptions {
    this.#inFlightController = new AbortController();
    const remainingMs = Math.max(1, Math.ceil(this.#exitDeadline - performance.now()));
    return {
      timeout: Math.min(attemptTimeoutsMs[isRetry ? 1 : 0], remainingMs),
      maxRetries: 0,
      signal: this.#inFlightController.signal,
    };
  }
}
