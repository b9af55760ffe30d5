import { Issues } from '../options/issues.js';
import { anyValue, anyValueFor, toBe, wholeFrom, type OptionTable } from '../options/option-table.js';
import { checkIdCall, requestTable } from '../options/request-options.js';
import type { Call, Connection } from '../http/connection.js';
import { showRunPage, showStatus } from '../print/records.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { LogPage } from '../shared/runs/run-event.js';
import type { LogOptions, RunPage, Runs, RunWaitOptions, WatchOptions } from '../shared/types/runs.js';
import type { RunStatus } from '../shared/runs/run-status.js';
import type { RunFilter } from '../shared/types/server-info.js';
import { readLogs } from './read-logs.js';
import { v1Call, v1Delete } from '../http/v1-call.js';
import { waitForRun, watchRun } from '../wait/watch-run.js';

/** The server checks the others. */
const filterTable: OptionTable<keyof RunFilter> = {
  ...anyValueFor(['state', 'kind', 'of', 'name', 'worker']),
  since: toBe('a Date', (value) => value instanceof Date && !Number.isNaN(value.getTime())),
  limit: wholeFrom(1),
  cursor: anyValue,
};

/** `/v1/runs`, for runs of any kind. */
export class ServerRuns implements Runs {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async get(requestId: string, options: RequestOptions = {}): Promise<RunStatus> {
    const id = checkIdCall(requestId, 'requestId', options, 'runs.get()');
    return this.#readRun({ what: `read the status of run ${id}`, method: 'GET', path: `/v1/runs/${id}` }, options);
  }

  async list(filter: RunFilter = {}, options: RequestOptions = {}): Promise<RunPage> {
    const issues = new Issues();
    issues.check(filter, filterTable, 'the filter of runs.list()');
    issues.check(options, requestTable, 'runs.list()');
    issues.throwIfAny();
    const query = new URLSearchParams();
    for (const name of Object.keys(filterTable) as (keyof RunFilter)[]) {
      const value = filter[name];
      if (value !== undefined) query.set(name, value instanceof Date ? value.toISOString() : String(value));
    }
    const call = { what: 'list runs', method: 'GET', path: `/v1/runs?${query.toString()}` } as const;
    const page = await v1Call(this.#connection, call, options, (v1) => v1.runsResponse);
    page.items.forEach(showStatus);
    return showRunPage(page);
  }

  async logs(requestId: string, options: LogOptions = {}): Promise<LogPage> {
    return readLogs(this.#connection, requestId, options);
  }

  watch(requestId: string, options: WatchOptions = {}): AsyncGenerator<RunStatus, undefined> {
    return watchRun(this.#connection, requestId, options);
  }

  async wait(requestId: string, options: RunWaitOptions = {}): Promise<RunStatus> {
    return waitForRun(this.#connection, requestId, options);
  }

  async cancel(requestId: string, options: RequestOptions = {}): Promise<RunStatus> {
    const id = checkIdCall(requestId, 'requestId', options, 'runs.cancel()');
    return this.#readRun({ what: `cancel run ${id}`, path: `/v1/runs/${id}/cancel` }, options);
  }

  async delete(requestId: string, options: RequestOptions = {}): Promise<void> {
    const id = checkIdCall(requestId, 'requestId', options, 'runs.delete()');
    await v1Delete(this.#connection, { what: `delete run ${id}`, path: `/v1/runs/${id}` }, options);
  }

  async #readRun(call: Call, options: RequestOptions): Promise<RunStatus> {
    return showStatus(await v1Call(this.#connection, call, options, (v1) => v1.runResponse));
  }
}
