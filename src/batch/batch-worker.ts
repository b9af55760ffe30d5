import { randomUUID } from 'node:crypto';
import { readFileStats, type BatchItem } from './batch-items.js';
import type { PipelineContext } from '../http/hosted-call.js';
import { ApiError, NotFoundError } from '../errors/api-error.js';
import { isMillraceError } from '../errors/is-millrace-error.js';
import type { Manifest, ManifestEntry } from './manifest.js';
import { startHostedRun } from '../process/process-file.js';
import { checkProcessOptions } from '../process/process-options.js';
import { isReusable } from '../process/start/file-source.js';
import { renewKey } from '../process/start/start-run.js';
import { HostedRun } from '../process/hosted-run.js';
import { showResult } from '../print/records.js';
import type { FileResult } from '../shared/types/many-files.js';
import type { ProcessOptions, ProcessResult } from '../shared/types/process.js';
import { VerboseLines } from '../wait/verbose-lines.js';
import { isError } from '../shared/rules/class-of.js';

/** Processes the files in a batch. Each file resumes from its state in the manifest. */
export class BatchWorker {
  readonly #context: PipelineContext;
  readonly #options: ProcessOptions;
  readonly #manifest: Manifest | undefined;
  readonly #lines: VerboseLines;
  /** Whether a file has waited for the server in vain. The next ones do not wait as long, until one of them succeeds. */
  #hasGivenUp = false;

  constructor(context: PipelineContext, options: ProcessOptions, manifest: Manifest | undefined) {
    this.#context = context;
    this.#options = options;
    this.#manifest = manifest;
    this.#lines = new VerboseLines(context.name);
  }

  /** Shows outages of the server if the batch is `verbose`. @returns A function that stops it. */
  showOutages(): () => void {
    return this.#options.verbose ? this.#lines.showOutages(this.#context.connection.outages) : () => undefined;
  }

  /** Rejects only if the manifest cannot be written, which stops the whole batch. */
  async process(item: BatchItem): Promise<FileResult> {
    const result = await this.#process(item);
    if (this.#options.verbose) this.#lines.fileDone(result.status === 'failed');
    return result;
  }

  async #process(item: BatchItem): Promise<FileResult> {
    const { key } = item;
    const fileStats = await readFileStats(item.file);
    const entry = this.#entryFor(key, fileStats);
    if (entry?.state === 'succeeded') return this.#skip(key, entry);
    let requestId = entry?.state === 'running' ? entry.requestId : undefined;
    try {
      const result = requestId === undefined ? undefined : await this.#resume(requestId);
      if (result) return await this.#succeed(key, result);
      requestId = undefined;
      const run = await this.#start(item, fileStats, entry);
      requestId = run.requestId;
      return await this.#succeed(key, await run.follow(this.#optionsOf(item), this.#lines));
    } catch (error) {
      return await this.#fail(key, error, requestId);
    }
  }

  /** Returns the file's manifest entry, unless the file has changed since. */
  #entryFor(key: string, fileStats: { size?: number; mtimeMs?: number }): ManifestEntry | undefined {
    const entry = this.#manifest?.get(key);
    const isUnchanged = entry?.size === fileStats.size && entry?.mtimeMs === fileStats.mtimeMs;
    return isUnchanged ? entry : undefined;
  }

  #skip(key: string, { requestId = '', fileId = '', outputFiles = [], warnings = [] }: ManifestEntry): FileResult {
    const pipeline = this.#context.name;
    return {
      status: 'skipped',
      key,
      result: showResult({ requestId, fileId, pipeline, warnings, output: null, outputFiles }),
    };
  }

  /** Waits for a run started by an earlier call. @returns `undefined` if the server no longer has the run. */
  async #resume(requestId: string): Promise<ProcessResult | undefined> {
    try {
      const { ifExists = 'overwrite', ...options } = this.#options;
      // any existing output was left by a process that did not finish
      const run = new HostedRun(this.#context, requestId);
      return await run.follow({ ...options, ifExists: ifExists === 'error' ? 'overwrite' : ifExists }, this.#lines);
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  async #start(
    item: BatchItem,
    fileStats: { size?: number; mtimeMs?: number },
    entry: ManifestEntry | undefined,
  ): Promise<HostedRun> {
    const savedKey = entry?.state === 'uploading' ? entry.idempotencyKey : undefined;
    if (savedKey === undefined) return this.#upload(item, fileStats, randomUUID());
    try {
      return await this.#upload(item, fileStats, savedKey);
    } catch (error) {
      // the reservation has expired, and a new reservation needs a new key
      if (error instanceof ApiError && !error.retryable && isReusable(item.file))
        return this.#upload(item, fileStats, renewKey(savedKey));
      throw error;
    }
  }

  async #upload(
    item: BatchItem,
    fileStats: { size?: number; mtimeMs?: number },
    idempotencyKey: string,
  ): Promise<HostedRun> {
    const { key } = item;
    const options = { ...this.#optionsOf(item), idempotencyKey };
    checkProcessOptions(options);
    await this.#manifest?.record({ key, ...fileStats, state: 'uploading', idempotencyKey });
    const retryFor = this.#hasGivenUp ? 0 : options.retryFor;
    const starting = startHostedRun(this.#context, item.file, { ...options, retryFor }, this.#lines);
    const run = await starting.catch((error: unknown) => {
      this.#hasGivenUp ||= isMillraceError(error) && error.retryable;
      throw error;
    });
    this.#hasGivenUp = false;
    await this.#manifest?.record({ key, state: 'running', requestId: run.requestId, fileId: run.fileId });
    return run;
  }

  async #succeed(key: string, result: ProcessResult): Promise<FileResult> {
    const { requestId, fileId, outputFiles } = result;
    const warnings = result.warnings.length > 0 ? result.warnings : undefined;
    await this.#manifest?.record({ key, state: 'succeeded', requestId, fileId, outputFiles, warnings });
    return { status: 'succeeded', key, result };
  }

  /** A run that may still be in progress is not recorded as failed, so the next call waits for it. */
  async #fail(key: string, thrown: unknown, requestId: string | undefined): Promise<FileResult> {
    const error = isError(thrown) ? thrown : new Error(String(thrown));
    const isRetryable = 'retryable' in error && error.retryable === true && !isMillraceError(error, 'process_failed');
    const mayContinue = this.#options.signal?.aborted === true || isRetryable;
    if (!mayContinue) await this.#manifest?.record({ key, state: 'failed', requestId, message: error.message });
    return { status: 'failed', key, error, ...(requestId !== undefined && { requestId }) };
  }

  #optionsOf({ metadata }: BatchItem): ProcessOptions {
    const { fileName, symbolicFilePath, ...own } = metadata;
    return {
      ...this.#options,
      ...own,
      ...(fileName !== undefined && { fileName }),
      ...(symbolicFilePath !== undefined && { symbolicFilePath }),
    };
  }
}
