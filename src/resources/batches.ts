import type { Connection } from '../http/connection.js';
import { callV1 } from '../http/call-v1.js';
import { buildFilterQuery } from '../options/filter-query.js';
import { anyValueFor, integerAtLeast, type OptionRules } from '../options/option-rules.js';
import { checkIdAndOptions } from '../options/request-options.js';
import type { BatchDetails, BatchPage, BatchStatus } from '../shared/runs/batch-status.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { WatchOptions } from '../wait/watch-run.js';
import type { BulkJob } from './bulk.js';
import { Runs } from './runs.js';

/** A filter for `client.batches.list()`. */
export interface BatchFilter {
  /** The name of the pipeline. */
  of?: string | undefined;
  /** Maximum number of batches per page, at most 200. @default 50 */
  limit?: number | undefined;
  /** The previous page's `nextCursor`. */
  cursor?: string | undefined;
}

const filterRules: OptionRules<keyof BatchFilter> = { ...anyValueFor(['of', 'cursor']), limit: integerAtLeast(1) };

/** The account's batches of files, which `processMany` and `sync` create. Requires a Millrace server. */
export class Batches {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Returns a batch with its file counts, speed, and failures grouped by reason. @throws `NotFoundError` if there is no such batch. */
  async get(batchId: string, options: RequestOptions = {}): Promise<BatchDetails> {
    const id = checkIdAndOptions(batchId, 'batchId', options, 'batches.get()');
    return this.#requestDetails({ action: `read batch ${id}`, method: 'GET', path: `/v1/batches/${id}` }, options);
  }

  /** Returns one page of batches, newest first. @throws `ValidationError` if an argument is invalid. */
  async list(filter: BatchFilter = {}, options: RequestOptions = {}): Promise<BatchPage> {
    const query = buildFilterQuery(filter, filterRules, options, 'batches.list()');
    const call = { action: 'list batches', method: 'GET', path: `/v1/batches?${query}` } as const;
    return callV1(this.#connection, call, options, (v1) => v1.batchesResponse);
  }

  /**
   * Yields a batch's current status, and then its new status whenever it has changed, at most about once per second, until the batch ends.
   *
   * @throws `NotFoundError` if there is no such batch; the last error if the server is unavailable for longer than `retryFor`; the signal's
   * reason if the signal is aborted.
   * @example
   * ```ts
   * for await (const { counts, secondsLeft } of client.batches.watch(id)) console.log(counts.completed, secondsLeft);
   * ```
   */
  async *watch(batchId: string, options: WatchOptions = {}): AsyncGenerator<BatchStatus, undefined> {
    const id = checkIdAndOptions(batchId, 'batchId', {}, 'batches.watch()');
    const { watchBatch } = await import('./watch-batch.js');
    yield* watchBatch(this.#connection, id, options);
    return undefined;
  }

  /**
   * Cancels a batch. It accepts no more files, and the server cancels the unfinished runs in the background.
   *
   * @throws `NotFoundError` if there is no such batch; `ApiError` with status 409 if the batch ended without being cancelled.
   */
  async cancel(batchId: string, options: RequestOptions = {}): Promise<BatchDetails> {
    const id = checkIdAndOptions(batchId, 'batchId', options, 'batches.cancel()');
    return this.#requestDetails({ action: `cancel batch ${id}`, path: `/v1/batches/${id}/cancel` }, options);
  }

  /**
   * Starts a bulk job that resumes the failed and crashed runs of a batch, or only the newest 10,000 if there are more. Each run continues
   * at its first module that has not completed. The batch is `running` again until these runs have ended.
   */
  async resumeFailed(batchId: string, options: RequestOptions = {}): Promise<BulkJob> {
    const id = checkIdAndOptions(batchId, 'batchId', options, 'batches.resumeFailed()');
    return new Runs(this.#connection).bulk('resume', { batch: id, state: ['failed', 'crashed'] }, options);
  }

  #requestDetails(call: Parameters<typeof callV1>[1], options: RequestOptions): Promise<BatchDetails> {
    return callV1(this.#connection, call, options, (v1) => v1.batchDetailsResponse);
  }
}
