import type { Call } from '../http/call.js';
import type { Connection } from '../http/connection.js';
import { callV1, deleteV1 } from '../http/call-v1.js';
import { Issues } from '../options/issues.js';
import { anyValue, type OptionRules } from '../options/option-rules.js';
import { checkIdAndOptions, pickRequestOptions, requestRules } from '../options/request-options.js';
import { toPrintableRunSummary, createRunPage, toPrintableStatus } from '../print/records.js';
import { checkId } from '../shared/rules/arguments.js';
import type { RunPage, RunPoints, RunTask } from '../shared/runs/run-lists.js';
import type { LogPage } from '../shared/runs/run-event.js';
import type { RunStatus, RunSummary, TaskRow } from '../shared/runs/run-status.js';
import type { Rows } from '../shared/types/rows.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { waitForRun, watchRun, type RunWaitOptions, type WatchOptions } from '../wait/watch-run.js';
import type { BulkAction, BulkPreview } from '../shared/types/bulk.js';
import type { BulkJob, BulkOptions, BulkSelection } from './bulk.js';
import type { RunWatchFilter, WatchAllOptions } from './watch-all-runs.js';
import { toRestorableJson } from '../shared/rules/json-record.js';
import { readLog, type LogOptions } from './run-log.js';
import { listRules, pointsRules, buildRunFilterQuery, type RunFilter, type RunListFilter } from './run-filter.js';

/** Options for `client.runs.rerun()`. */
export interface RerunOptions extends RequestOptions {
  /**
   * The key or name of the module, step or task to rerun from, such as `module_2` or `clean-0`. Modules, steps and tasks that completed
   * before it do not run again.
   *
   * @default from the start
   */
  from?: string | undefined;
  /** A new input, with the same structure as `input` in the run's record. Not allowed for file runs. @default the recorded input */
  input?: unknown;
}

const rerunRules = { from: anyValue, input: anyValue } satisfies OptionRules<
  Exclude<keyof RerunOptions, keyof RequestOptions>
>;

/** The account's runs, of any kind. Requires a Millrace server; the hosted API gives access to runs only through their pipelines. */
export class Runs {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Returns a run's record. @throws `NotFoundError` if there is no such run. */
  async get(requestId: string, options: RequestOptions = {}): Promise<RunStatus & Rows<TaskRow>> {
    const id = checkIdAndOptions(requestId, 'requestId', options, 'runs.get()');
    return this.#requestRecord(
      { action: `read the status of run ${id}`, method: 'GET', path: `/v1/runs/${id}` },
      options,
    );
  }

  /**
   * Returns a module, step or task of a run, with its input and output if they are stored.
   *
   * @param key The key of the module, step or task, such as `module_1` or `clean-0`.
   * @throws `NotFoundError` if there is no such run, module, step or task.
   * @example
   * ```ts
   * const { task, input, output } = await client.runs.task(id, 'clean-0');
   * console.log(task.state, input, output);
   * ```
   */
  async task(requestId: string, key: string, options: RequestOptions = {}): Promise<RunTask> {
    const id = checkIdAndOptions(requestId, 'requestId', options, 'runs.task()');
    const path = `/v1/runs/${id}/tasks/${encodeURIComponent(key)}`;
    const call = { action: `read task ${key} of run ${id}`, method: 'GET', path } as const;
    return callV1(this.#connection, call, options, (v1) => v1.runTaskResponse);
  }

  /**
   * Returns one page of runs, by default newest first. Each run has `taskCounts` instead of `tasks`, and no `input` or `result`;
   * `runs.get()` returns the full record. Any page can have fewer than `limit` runs, because the server also limits the size of a response
   * and the number of runs that a search reads. `nextCursor` is `null` on the last page.
   *
   * @throws `ValidationError` if an argument is invalid.
   * @example
   * ```ts
   * const { items, total } = await client.runs.list({ state: ['failed', 'crashed'], search: 'lease', sort: '-created', count: true });
   * console.log(`${items.length} of ${total}`);
   * ```
   */
  async list(filter: RunListFilter = {}, options: RequestOptions = {}): Promise<RunPage> {
    const query = buildRunFilterQuery(filter, listRules, options, 'runs.list()');
    const call = { action: 'list runs', method: 'GET', path: `/v1/runs?${query}` } as const;
    return createRunPage(await callV1(this.#connection, call, options, (v1) => v1.runsResponse));
  }

  /**
   * Returns data for a chart: the start times and durations of the newest runs that match the filter and have started.
   *
   * @param filter.limit Maximum number of runs, at most 10,000. Default 2000.
   * @throws `ValidationError` if an argument is invalid.
   * @example
   * ```ts
   * const { items } = await client.runs.points({ of: 'contracts', since: new Date(Date.now() - 86_400_000) });
   * const slowest = Math.max(...items.map(({ durationMs }) => durationMs));
   * ```
   */
  async points(
    filter: RunFilter & { limit?: number | undefined } = {},
    options: RequestOptions = {},
  ): Promise<RunPoints> {
    const query = buildRunFilterQuery(filter, pointsRules, options, 'runs.points()');
    const call = { action: 'read the durations of runs', method: 'GET', path: `/v1/runs/points?${query}` } as const;
    return callV1(this.#connection, call, options, (v1) => v1.pointsResponse);
  }

  /**
   * Returns a page of a run's log: by default the first lines, otherwise the lines after or before a given line.
   *
   * @throws `ValidationError` if an argument is invalid; `NotFoundError` if there is no such run.
   * @example
   * ```ts
   * const { items, counts } = await client.runs.logs(id, { before: Infinity, limit: 100, counts: true });
   * console.log(`${counts?.error} errors; the last line is: ${items.at(-1)?.message}`);
   * ```
   */
  async logs(requestId: string, options: LogOptions = {}): Promise<LogPage> {
    return readLog(this.#connection, requestId, options);
  }

  /**
   * Yields a run's current record, and then its new record whenever it has changed, until the run ends or is deleted. If the caller is
   * slow, intermediate records are skipped.
   *
   * @throws `NotFoundError` if there is no such run; the last error if the server is unavailable for longer than `retryFor`; the signal's
   * reason if the signal is aborted.
   * @example
   * ```ts
   * for await (const { state, progress } of client.runs.watch(id)) console.log(state, progress.percent);
   * ```
   */
  watch(requestId: string, options: WatchOptions = {}): AsyncIterable<RunStatus & Rows<TaskRow>> {
    return watchRun(this.#connection, requestId, options);
  }

  /**
   * Yields a matching run's new summary whenever the run has changed, until the signal is aborted or the caller leaves the loop. If the
   * caller is slow, intermediate summaries of a run are skipped. After reconnecting, yields the missed changes, or calls `onReset` if the
   * server no longer has them.
   *
   * @throws The last error if the server is unavailable for longer than `retryFor`; the signal's reason if the signal is aborted.
   * @example
   * ```ts
   * for await (const { name, error } of client.runs.watchAll({ state: ['failed', 'crashed'] })) console.log(name, error?.message);
   * ```
   */
  async *watchAll(filter: RunWatchFilter = {}, options: WatchAllOptions = {}): AsyncGenerator<RunSummary, undefined> {
    const { watchAllRuns } = await import('./watch-all-runs.js');
    yield* watchAllRuns(this.#connection, filter, options);
    return undefined;
  }

  /**
   * Waits until a run ends, in any state, and returns its record.
   *
   * @throws `WaitTimeoutError` if the run does not end within `waitTimeout`; `NotFoundError` if there is no such run, or the run is deleted
   * during the wait; the last error if the server is unavailable for longer than `retryFor`; the signal's reason if the signal is aborted.
   */
  async wait(requestId: string, options: RunWaitOptions = {}): Promise<RunStatus & Rows<TaskRow>> {
    return waitForRun(this.#connection, requestId, options);
  }

  /**
   * Cancels a run and returns its summary. A run that processes a file ends immediately, and so does a run that is waiting for its
   * scheduled time or for a worker. Any other run ends when its program has stopped it; the program is notified when it next sends events
   * or a heartbeat.
   *
   * @throws `NotFoundError` if there is no such run; `ApiError` with status 409 if the run has already ended in a state other than
   * `cancelled`.
   */
  async cancel(requestId: string, options: RequestOptions = {}): Promise<RunSummary> {
    const id = checkIdAndOptions(requestId, 'requestId', options, 'runs.cancel()');
    const call = { action: `cancel run ${id}`, path: `/v1/runs/${id}/cancel` };
    return toPrintableRunSummary(await callV1(this.#connection, call, options, (v1) => v1.runSummaryResponse));
  }

  /**
   * Resumes a run that failed, was cancelled or crashed. A run that processes a file continues at its first module that has not completed.
   * Any other run waits for a worker that serves its pipeline, flow or task; completed steps and tasks do not run again.
   *
   * @returns The run's record.
   * @throws `NotFoundError` if there is no such run; `ApiError` with status 409 if the run cannot be resumed, for example because it has
   * completed, or because the input of its next module was deleted.
   * @example
   * ```ts
   * await client.runs.resume(id);
   * const { state } = await client.runs.wait(id);
   * ```
   */
  async resume(requestId: string, options: RequestOptions = {}): Promise<RunStatus & Rows<TaskRow>> {
    const id = checkIdAndOptions(requestId, 'requestId', options, 'runs.resume()');
    const call = {
      action: `resume run ${id}`,
      path: `/v1/runs/${id}/resume`,
      json: {},
      retryPolicy: 'if-not-received',
    } as const;
    return toPrintableStatus((await callV1(this.#connection, call, options, (v1) => v1.resumeResponse)).run);
  }

  /**
   * Starts a new run that repeats an ended run. The new run's `rerunOf` is the id of the ended run. A run that processes a file can be
   * rerun only if the server still has the input of the module to rerun from; with `keepInput`, the server keeps the inputs of all modules.
   * The rerun processes the same file, and its output replaces the file's output when it completes. A rerun of any other run waits for a
   * worker that serves its pipeline, flow or task.
   *
   * @returns The new run's record.
   * @throws `NotFoundError` if there is no such run; `ApiError` with status 409 if the run cannot be rerun, for example because it has not
   * ended, or with status 400 if the run has no module, step or task with the key or name `from`.
   * @example
   * ```ts
   * const next = await client.runs.rerun(id, { from: 'summarize' });
   * const { state } = await client.runs.wait(next.requestId);
   * ```
   */
  async rerun(requestId: string, options: RerunOptions = {}): Promise<RunStatus & Rows<TaskRow>> {
    const issues = new Issues();
    issues.add(['requestId'], checkId(requestId));
    issues.check(options, { ...rerunRules, ...requestRules }, 'runs.rerun()');
    issues.throwIfAny();
    const { from, input } = options;
    const id = requestId.toLowerCase();
    const json = { from, ...(input !== undefined && { input: toRestorableJson(input) }) };
    const call = {
      action: `rerun run ${id}`,
      path: `/v1/runs/${id}/rerun`,
      json,
      retryPolicy: 'if-not-received',
    } as const;
    return this.#requestRecord(call, pickRequestOptions(options));
  }

  /**
   * Applies an action to the newest 10,000 runs that match the filter at the time of the call, or to the runs with the given ids. The
   * server processes the runs one by one in the background, and counts the refused runs by reason.
   *
   * @param selection A filter with at least one field, or a list of ids.
   * @throws `ApiError` with status 400 if the filter is empty, or with status 409 if the account has too many unfinished jobs.
   * @example
   * ```ts
   * const failed = { state: 'failed', of: 'contracts' } as const;
   * const { eligible, refused } = await client.runs.bulk('resume', failed, { dryRun: true });
   * const job = await client.runs.bulk('resume', failed);
   * const { succeeded } = await job.wait();
   * ```
   */
  bulk(action: BulkAction, selection: BulkSelection, options: BulkOptions & { dryRun: true }): Promise<BulkPreview>;
  bulk(
    action: BulkAction,
    selection: BulkSelection,
    options?: BulkOptions & { dryRun?: false | undefined },
  ): Promise<BulkJob>;
  async bulk(action: BulkAction, selection: BulkSelection, options: BulkOptions = {}): Promise<BulkPreview | BulkJob> {
    const { startBulk } = await import('./bulk.js');
    return startBulk(this.#connection, action, selection, options);
  }

  /**
   * Deletes a run with its log and its subflows. If the run is its file's most recent completed run, or the most recent run of a file
   * without completed runs, also deletes the file and all of the file's other runs.
   *
   * @throws `NotFoundError` if there is no such run.
   */
  async delete(requestId: string, options: RequestOptions = {}): Promise<void> {
    const id = checkIdAndOptions(requestId, 'requestId', options, 'runs.delete()');
    await deleteV1(this.#connection, { action: `delete run ${id}`, path: `/v1/runs/${id}` }, options);
  }

  async #requestRecord(call: Call, options: RequestOptions): Promise<RunStatus & Rows<TaskRow>> {
    return toPrintableStatus(await callV1(this.#connection, call, options, (v1) => v1.runResponse));
  }
}
