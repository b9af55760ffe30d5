import { randomUUID } from 'node:crypto';
import { ApiError, NotFoundError } from '../errors/api-error.js';
import type { PipelineContext } from '../http/call-hosted.js';
import { requestV1 } from '../http/call-v1.js';
import type { BatchSender, SentFile } from '../process/start/reserve.js';
import type { BatchItem } from '../shared/runs/batch-status.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { NewRun } from '../shared/wire/bodies.js';
import type { BatchRunEnd } from '../shared/wire/batches.js';
import { BatchEnds } from './batch-ends.js';
import type { Manifest } from './manifest.js';
import { encodeForm, createRefusalError, type WaitingFile } from './waiting-file.js';

/** Maximum number of concurrent requests that send files. While the server handles one, the client can send the next. */
const maxConcurrentRequests = 2;
/** Options for the request that closes a batch. The request gives up early, because the server closes abandoned batches itself. */
const closeOptions = { timeout: 10_000, maxRetries: 1 };

/** The server's limits for requests that send files. */
interface RequestLimits {
  readonly maxFiles: number;
  readonly maxBytes: number;
  /** Maximum size of an output that the event stream includes with the end of its run, in bytes; 0 if outputs are not fetched. */
  readonly maxOutputBytes: number;
}

/** A batch on the server, opened for the first file. Small files that are waiting at the same time share a request. */
export class ServerBatch implements BatchSender {
  readonly #context: PipelineContext;
  readonly #limits: RequestLimits;
  readonly #options: RequestOptions & { readonly signal: AbortSignal };
  readonly #manifest: Manifest | undefined;
  readonly #ends: BatchEnds;
  readonly #endByRunId = new Map<string, Promise<BatchRunEnd | undefined>>();
  #idPromise: Promise<string | undefined> | undefined;
  #openBatchId: string | undefined;
  #waiting: WaitingFile[] = [];
  /** Files that failed before the batch was open. They are reported when it is open. */
  #unreportedFailures: Record<string, unknown>[] = [];
  #activeRequestCount = 0;
  #isRequestScheduled = false;
  /** Called when no file is waiting and no request is in progress. */
  #onIdle = (): void => undefined;

  constructor(
    context: PipelineContext,
    limits: RequestLimits,
    options: RequestOptions & { readonly signal: AbortSignal },
    manifest: Manifest | undefined,
  ) {
    this.#context = context;
    this.#limits = limits;
    this.#options = options;
    this.#manifest = manifest;
    this.#ends = new BatchEnds(context.connection, options.signal);
  }

  /** The batch's id. Before the batch is open, the id of the newest batch in the manifest, if any. */
  get id(): string | undefined {
    return this.#openBatchId ?? this.#manifest?.batchId;
  }

  get #isBusy(): boolean {
    return this.#waiting.length > 0 || this.#activeRequestCount > 0;
  }

  async getOrCreateBatchId(run: NewRun): Promise<string | undefined> {
    this.#idPromise ??= this.#open(run).catch((error: unknown) => {
      this.#idPromise = undefined;
      throw error;
    });
    return this.#idPromise;
  }

  send(key: string, run: NewRun, content: Buffer, idempotencyKey: string, label: string): Promise<SentFile> {
    const item = {
      key,
      idempotencyKey,
      fileName: run.fileName,
      symbolicDirectoryPath: run.directory,
      fileTags: run.tags,
      fileDescription: run.description,
      expireTime: run.expireTime,
      replaces: run.replaces,
      syncRoot: run.syncRoot,
    };
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, content, label, resolve, reject });
      this.#scheduleRequest();
    });
  }

  /**
   * Waits for the end of a run that {@link send} started. Resolves to `undefined` if the caller must follow the run separately.
   *
   * @param isWanted If false, cancels the claim and resolves to `undefined`.
   */
  async takeEnd(requestId: string, isWanted: boolean): Promise<BatchRunEnd | undefined> {
    const end = this.#endByRunId.get(requestId);
    this.#endByRunId.delete(requestId);
    if (isWanted) return end;
    this.#ends.cancelClaim(requestId);
    return undefined;
  }

  /**
   * Reports a file that failed without a run, so that the batch counts it as failed. Does not wait, and ignores errors. Until the
   * batch is open, keeps at most 1000 failures and drops the rest.
   */
  reportFailure(key: string, error: { readonly code: string; readonly message: string }): void {
    const item = { key, error: { code: error.code.slice(0, 100), message: error.message.slice(0, 10_000) } };
    if (this.#openBatchId === undefined) {
      if (this.#unreportedFailures.length < 1000) this.#unreportedFailures.push(item);
      return;
    }
    const ignore = (): void => undefined;
    this.#waiting.push({ item, content: undefined, label: key, resolve: ignore, reject: ignore });
    this.#scheduleRequest();
  }

  /**
   * Waits until all files have been sent, then closes the batch, if there is one. Never rejects.
   *
   * @param skipped The number of skipped files to record in the batch.
   */
  async close(skipped: number): Promise<void> {
    const { id } = this;
    if (id === undefined) return;
    if (this.#isBusy) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    this.#ends.close();
    const call = { action: 'close the batch', path: `/v1/batches/${id}/close`, json: { skipped } } as const;
    await this.#context.connection.send(call, closeOptions).catch((error: unknown) => {
      this.#context.connection.settings.log.debug('failed to close the batch', { error: String(error) });
    });
  }

  /** Closes the event stream, but leaves the batch open, so that a later call can continue it. */
  detach(): void {
    this.#ends.close();
  }

  async #open(run: NewRun): Promise<string | undefined> {
    try {
      const { connection } = this.#context;
      const id = (await this.#findOpenBatchId()) ?? (await this.#create(run));
      await this.#ends.open(id, this.#limits.maxOutputBytes);
      this.#openBatchId = id;
      connection.settings.log.debug(`sending files in batch ${id}`);
      for (const item of this.#unreportedFailures.splice(0))
        this.reportFailure(String(item['key']), item['error'] as never);
      return id;
    } catch (error) {
      if (!(error instanceof ApiError) || error.retryable) throw error;
      // files can be processed without a batch
      this.#context.connection.settings.log.warn(
        `Could not open a batch, so files are sent one by one: ${error.message}`,
      );
      return undefined;
    }
  }

  /** Returns the id of the newest batch in the manifest, if that batch is still open on the server. */
  async #findOpenBatchId(): Promise<string | undefined> {
    const id = this.#manifest?.batchId;
    if (id === undefined) return undefined;
    const call = { action: `read batch ${id}`, method: 'GET', path: `/v1/batches/${id}` } as const;
    try {
      const { output } = await requestV1(this.#context.connection, call, this.#options, (v1) => v1.batchResponse);
      return output.closedAt === null ? id : undefined;
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  async #create(run: NewRun): Promise<string> {
    const call = {
      action: `create a batch for pipeline '${run.pipeline}'`,
      path: '/v1/batches',
      json: {
        pipeline: run.pipeline,
        chain: run.chain,
        modules: run.selections,
        keepInput: run.keepInput,
        webhook: run.webhook,
        parent: run.parent,
      },
      idempotencyKey: randomUUID(),
    } as const;
    const { output } = await requestV1(this.#context.connection, call, this.#options, (v1) => v1.batchResponse);
    await this.#manifest?.recordBatch(output.batchId);
    return output.batchId;
  }

  /** Uses `setImmediate` to schedule a request for the waiting files, so that files added in the same turn of the event loop share it. */
  #scheduleRequest(): void {
    if (this.#isRequestScheduled || this.#activeRequestCount >= maxConcurrentRequests || this.#waiting.length === 0)
      return;
    this.#isRequestScheduled = true;
    setImmediate(() => {
      this.#isRequestScheduled = false;
      const files = this.#takeFiles();
      this.#activeRequestCount += 1;
      void this.#sendFiles(files).finally(() => {
        this.#activeRequestCount -= 1;
        this.#scheduleRequest();
        if (!this.#isBusy) this.#onIdle();
      });
      this.#scheduleRequest();
    });
  }

  #takeFiles(): WaitingFile[] {
    let bytes = 0;
    const end = this.#waiting.findIndex(({ content }, index) => {
      bytes += content?.length ?? 0;
      return index > 0 && (index >= this.#limits.maxFiles || bytes > this.#limits.maxBytes);
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }

  async #sendFiles(files: readonly WaitingFile[]): Promise<void> {
    const { epoch } = this.#ends;
    try {
      const outcomes = await this.#post(files);
      for (const [i, file] of files.entries()) {
        const outcome = outcomes[i];
        if (!outcome || 'error' in outcome) file.reject(createRefusalError(file, outcome));
        else {
          // a run started by an earlier request may have ended before the stream was opened, so its end is not claimed
          if (!outcome.isRepeated) this.#endByRunId.set(outcome.requestId, this.#ends.claim(outcome.requestId, epoch));
          file.resolve(outcome);
        }
      }
    } catch (error) {
      for (const file of files) file.reject(error);
    }
  }

  async #post(files: readonly WaitingFile[]): Promise<BatchItem[]> {
    const boundary = `millrace-${randomUUID()}`;
    const call = {
      action: `send ${files.length} files to pipeline '${this.#context.name}'`,
      path: `/v1/batches/${this.#openBatchId ?? ''}/files`,
      form: { boundary, content: encodeForm(boundary, files) },
    };
    const { output } = await requestV1(this.#context.connection, call, this.#options, (v1) => v1.filesResponse);
    return output.items;
  }
}
