import type { Connection } from '../http/connection.js';
import { callV1 } from '../http/call-v1.js';
import { Issues } from '../options/issues.js';
import { anyValue, oneOf, toBeBoolean, toBeFunction, type OptionRules } from '../options/option-rules.js';
import { pickRequestOptions, requestRules } from '../options/request-options.js';
import { sleep } from '../shared/runtime/sleep.js';
import { runFilterRules, buildRunFilterQuery, type RunFilter } from './run-filter.js';
import { formatValue } from '../shared/rules/format-value.js';
import { checkId } from '../shared/rules/arguments.js';
import { workLimits } from '../shared/runs/work-limits.js';
import type { BulkAction, BulkJobStatus, BulkPreview } from '../shared/types/bulk.js';
import type { RequestOptions } from '../shared/types/client-options.js';

/** Options for `client.runs.bulk()`. */
export interface BulkOptions extends RequestOptions {
  /**
   * The key or name of the module, step or task to rerun from. Only allowed for `rerun`. Runs without this module, step or task are
   * refused.
   *
   * @default from the start
   */
  from?: string | undefined;
  /** If true, returns a preview instead of starting a job. @default false */
  dryRun?: boolean | undefined;
}

/** Selects the runs of a bulk job: a filter with at least one field, or a list of run ids. */
export type BulkSelection = RunFilter | readonly string[];

/** Options for waiting until a bulk job ends. */
export interface BulkWaitOptions extends RequestOptions {
  /** Called with each status that the server returns, including the final status. */
  onStatus?: ((status: BulkJobStatus) => void) | undefined;
}

const bulkRules: OptionRules<keyof BulkOptions> = { ...requestRules, from: anyValue, dryRun: toBeBoolean };
const waitRules: OptionRules<keyof BulkWaitOptions> = {
  ...requestRules,
  onStatus: toBeFunction,
};

/** Maximum time that the server waits for the job to progress or end before responding, in seconds. */
const longPollSeconds = 25;
/** Delay before the next status request, in milliseconds. */
const pollDelayMs = 100;

/** A bulk job on the server. The job continues even if this program ends. */
export class BulkJob {
  readonly id: string;
  /** The number of selected runs. */
  readonly matched: number;
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection, { id, matched }: BulkJobStatus) {
    this.id = id;
    this.matched = matched;
    this.#connection = connection;
  }

  /** Returns the job's status. @throws `NotFoundError` if the job ended more than a week ago. */
  status(options: RequestOptions = {}): Promise<BulkJobStatus> {
    return this.#request('GET', `read bulk job ${this.id}`, options);
  }

  /**
   * Waits until the job ends, and returns its final status. Aborting the signal stops the wait but not the job.
   *
   * @throws `ValidationError` if an option is invalid; `NotFoundError` if the job ended more than a week ago; the signal's reason if the
   * signal is aborted.
   */
  async wait(options: BulkWaitOptions = {}): Promise<BulkJobStatus> {
    const issues = new Issues();
    issues.check(options, waitRules, 'wait()');
    issues.throwIfAny();
    const { onStatus, signal } = options;
    const timeout = (options.timeout ?? this.#connection.settings.timeout) + 1000 * longPollSeconds;
    for (let query = ''; ;) {
      const status = await this.#request(
        'GET',
        `wait for bulk job ${this.id}`,
        { ...pickRequestOptions(options), timeout },
        query,
      );
      onStatus?.(status);
      if (status.state !== 'running') return status;
      await sleep(pollDelayMs, signal);
      query = `?wait=${longPollSeconds}&done=${status.done}`;
    }
  }

  /** Stops the job after the current run. Does not undo changes to runs that the job has already processed. @returns The job's status. */
  stop(options: RequestOptions = {}): Promise<BulkJobStatus> {
    return this.#request('DELETE', `stop bulk job ${this.id}`, options);
  }

  #request(method: 'GET' | 'DELETE', action: string, options: RequestOptions, query = ''): Promise<BulkJobStatus> {
    const call = { action, method, path: `/v1/bulk/${this.id}${query}` } as const;
    return callV1(this.#connection, call, options, (v1) => v1.bulkJobResponse);
  }
}

/** Starts a bulk job, or returns a preview if `dryRun` is true. */
export async function startBulk(
  connection: Connection,
  action: BulkAction,
  selection: BulkSelection,
  options: BulkOptions,
): Promise<BulkJob | BulkPreview> {
  const issues = new Issues();
  issues.check({ action }, { action: oneOf('resume', 'rerun', 'cancel', 'delete') }, 'runs.bulk()');
  issues.check(options, bulkRules, 'runs.bulk()');
  const isList = isIdList(selection);
  if (options.from !== undefined && action !== 'rerun') {
    issues.add(['from'], `Expected \`from\` only with 'rerun', got it with ${formatValue(action)}`);
  }
  if (isList) issues.add(['ids'], checkIds(selection));
  issues.throwIfAny();
  const filterQuery = isList ? '' : buildRunFilterQuery(selection, runFilterRules, {}, 'runs.bulk()');
  const { dryRun, from } = options;
  const json = {
    action,
    dryRun,
    from,
    ...(isList ? { ids: selection } : { filter: Object.fromEntries(new URLSearchParams(filterQuery)) }),
  };
  const callAction = `${action} runs`;
  const requestOptions = pickRequestOptions(options);
  if (dryRun) {
    return callV1(
      connection,
      { action: callAction, path: '/v1/runs/bulk', json },
      requestOptions,
      (v1) => v1.bulkPreviewResponse,
    );
  }
  const call = { action: callAction, path: '/v1/runs/bulk', json, retryPolicy: 'if-not-received' } as const;
  return new BulkJob(connection, await callV1(connection, call, requestOptions, (v1) => v1.bulkJobResponse));
}

/** Returns whether a selection is a list of run ids. `Array.isArray` alone does not narrow read-only arrays. */
function isIdList(selection: BulkSelection): selection is readonly string[] {
  return Array.isArray(selection);
}

function checkIds(ids: readonly unknown[]): string | undefined {
  if (ids.length === 0 || ids.length > workLimits.bulkRuns) {
    return `Expected 1 to ${workLimits.bulkRuns} run ids, got ${ids.length}`;
  }
  return ids.map((id) => checkId(id, 'a run id')).find((message) => message !== undefined);
}
