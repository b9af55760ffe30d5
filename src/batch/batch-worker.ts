import { readFileStats, type BatchItem } from './batch-items.js';
import type { PipelineContext } from '../http/call-hosted.js';
import { ApiError, NotFoundError } from '../errors/api-error.js';
import { isMillraceError } from '../errors/is-millrace-error.js';
import type { Manifest, ManifestEntry } from './manifest.js';
import { HostedRun } from '../process/hosted-run.js';
import { toPrintableResult } from '../print/records.js';
import { FileStarter, type FileStats } from './file-starter.js';
import { buildItemOptions, processFolderFile, type FileContext, type ItemOptions } from './folder-file.js';
import { getOutputLocation, type FolderComparer } from './folder-comparer.js';
import { areOutputsSaved, LocalOutputs } from './local-outputs.js';
import type { FileResult } from '../shared/types/files/many-files.js';
import type { ProcessOptions, ProcessResult } from '../shared/types/process.js';
import { VerbosePrinter } from '../wait/verbose-printer.js';
import { isError } from '../shared/rules/class-of.js';
import { abortable } from '../shared/runtime/abortable.js';
import { batchLimits } from '../shared/runs/batch-limits.js';
import { Semaphore } from '../shared/runtime/semaphore.js';
import type { ServerBatch } from './server-batch.js';

interface BatchSetup {
  readonly manifest: Manifest | undefined;
  /** The server's batch; `undefined` if the server is unreachable or does not support batches. */
  readonly batch: ServerBatch | undefined;
  /** Maximum number of files to process at once, not counting files of up to `maxSmallFileBytes`. */
  readonly maxConcurrentFiles: number;
  /** Maximum size of a file that shares a request with other files, in bytes. */
  readonly maxSmallFileBytes: number;
  /** Opens the comparer for files from directories. Resolves to `undefined` if the server cannot look up files. */
  readonly openComparer: () => Promise<FolderComparer | undefined>;
  /** The symbolic directory that `client.sync` mirrors a folder to; `undefined` for `processMany()`. */
  readonly syncRoot?: string | undefined;
}

/** Processes the files in a batch. With a manifest, reuses the results and resumes the runs of earlier calls. */
export class BatchWorker {
  readonly #context: PipelineContext;
  readonly #options: ProcessOptions;
  readonly #manifest: Manifest | undefined;
  readonly #printer: VerbosePrinter;
  readonly #batch: ServerBatch | undefined;
  readonly #slots: Semaphore;
  readonly #maxSmallFileBytes: number;
  readonly #openComparer: () => Promise<FolderComparer | undefined>;
  #comparerPromise: Promise<FolderComparer | undefined> | undefined;
  #comparer: FolderComparer | undefined;
  readonly #starter: FileStarter;
  readonly #outputs: LocalOutputs;

  constructor(context: PipelineContext, options: ProcessOptions, setup: BatchSetup) {
    this.#context = context;
    this.#options = options;
    this.#manifest = setup.manifest;
    this.#batch = setup.batch;
    this.#slots = new Semaphore(setup.maxConcurrentFiles);
    this.#maxSmallFileBytes = setup.maxSmallFileBytes;
    this.#openComparer = setup.openComparer;
    this.#outputs = new LocalOutputs(context);
    this.#printer = new VerbosePrinter(context.name);
    this.#starter = new FileStarter(context, setup, this.#printer);
  }

  /** Shows server outages if `verbose` is true. @returns A function that stops showing them. */
  showOutages(): () => void {
    return this.#options.verbose ? this.#printer.showOutages(this.#context.connection.outages) : () => undefined;
  }

  /** Processes a file and returns its result. Rejects only if the manifest cannot be written, which stops the whole batch. */
  async process(item: BatchItem): Promise<FileResult> {
    const result = await this.#process(item);
    if (this.#options.verbose) this.#printer.countFile(result.status === 'failed');
    return result;
  }

  async #process(item: BatchItem): Promise<FileResult> {
    const { key, readError } = item;
    if (readError) {
      this.#reportFailure(key, readError);
      return { status: 'failed', key, error: readError };
    }
    const fileStats = await readFileStats(item.file);
    const entry = this.#findEntry(key, fileStats);
    const isSmall = fileStats.size !== undefined && fileStats.size <= this.#maxSmallFileBytes;
    const work = (): Promise<FileResult> => this.#resumeOrProcess(item, fileStats, entry);
    return isSmall ? work() : this.#slots.run(work);
  }

  async #resumeOrProcess(item: BatchItem, fileStats: FileStats, entry: ManifestEntry | undefined): Promise<FileResult> {
    const { key } = item;
    const currentRun: { requestId?: string | undefined } = {};
    try {
      const earlierResult = entry?.state === 'succeeded' ? await this.#findEarlierResult(item, entry) : undefined;
      if (earlierResult) {
        const { localSaveDirectory } = this.#options;
        if (item.location)
          this.#outputs.claimIfFree(key, { ...this.#options, ...getOutputLocation(item.location, localSaveDirectory) });
        return { status: 'skipped', key, reason: 'done', result: earlierResult };
      }
      const options = await this.#buildOptions(item);
      if (entry?.state === 'running' && this.#comparer && item.location) this.#outputs.claim(key, options);
      if (entry?.state === 'running') currentRun.requestId = entry.requestId;
      const result = currentRun.requestId === undefined ? undefined : await this.#resume(options, currentRun.requestId);
      if (result) return await this.#succeed(key, result);
      currentRun.requestId = undefined;
      return await this.#processItem(item, options, fileStats, entry, currentRun);
    } catch (error) {
      const { requestId } = currentRun;
      const result = await this.#fail(key, error, requestId);
      if (requestId === undefined && this.#isPermanentError(error)) this.#reportFailure(key, error);
      return result;
    }
  }

  /** Returns a file's options. For the first file from a directory, opens the comparer, on which the options depend. */
  async #buildOptions(item: BatchItem): Promise<ItemOptions> {
    if (item.location) {
      this.#comparerPromise ??= this.#openComparer().catch((error: unknown) => {
        this.#comparerPromise = undefined;
        throw error;
      });
      this.#comparer = await this.#comparerPromise;
    }
    return buildItemOptions(this.#options, item, this.#comparer);
  }

  /**
   * Processes a file that has no run to resume. If a comparer is open, first compares a file from a directory with the server's file.
   * Stores the run's id in `currentRun`.
   */
  async #processItem(
    item: BatchItem,
    options: ItemOptions,
    fileStats: FileStats,
    entry: ManifestEntry | undefined,
    currentRun: { requestId?: string | undefined },
  ): Promise<FileResult> {
    const { key, file, location } = item;
    if (!this.#comparer || !location || typeof file !== 'string') {
      const run = await this.#starter.start(item, options, fileStats, entry);
      currentRun.requestId = run.requestId;
      return this.#succeed(key, await this.#follow(run, options));
    }
    const context: FileContext = {
      pipeline: this.#context.name,
      options,
      outputs: this.#outputs,
      start: (target) => this.#starter.start(item, options, fileStats, undefined, target),
      attach: (requestId) => new HostedRun(this.#context, requestId),
      follow: (run, followOptions) => this.#follow(run, followOptions),
      recordSuccess: (result) => this.#recordSuccess(key, result, fileStats),
    };
    return processFolderFile({ ...item, file, location }, fileStats.size, this.#comparer, context, currentRun);
  }

  /**
   * Returns a finished file's result from the manifest. If its outputs are not in the output directory, fetches them again.
   *
   * @returns `undefined` if the server no longer has the output.
   */
  async #findEarlierResult(item: BatchItem, entry: ManifestEntry): Promise<ProcessResult | undefined> {
    const { requestId = '', fileId = '', warnings = [] } = entry;
    let { outputFiles = [] } = entry;
    if (!(await areOutputsSaved(this.#options, outputFiles))) {
      const fetched = await this.#outputs.fetchAgain(await this.#buildOptions(item), fileId);
      if (!fetched) return undefined;
      outputFiles = fetched;
      await this.#manifest?.record({ key: item.key, state: 'succeeded', outputFiles });
    }
    return toPrintableResult({ requestId, fileId, pipeline: this.#context.name, warnings, output: null, outputFiles });
  }

  /**
   * Waits for a run and returns its result. Follows the run separately if `waitTimeout`, `onStatus` or `verbose` is set, or if the
   * batch's event stream does not report that the run completed.
   */
  async #follow(run: HostedRun, options: ItemOptions): Promise<ProcessResult> {
    const { waitTimeout, onStatus, verbose, signal } = options;
    const wantsOnlyEnd = waitTimeout === undefined && onStatus === undefined && !verbose;
    const end = this.#batch && (await abortable(this.#batch.takeEnd(run.requestId, wantsOnlyEnd), signal));
    if (end?.state !== 'completed' || end.fileId === null) return run.follow(options, this.#printer);
    const { extension, sha256, content } = end.output ?? {};
    const output =
      extension !== undefined && sha256 !== undefined && content !== undefined
        ? { extension, sha256, content: Buffer.from(content, 'base64') }
        : undefined;
    return run.finish({ fileId: end.fileId, warnings: end.warnings, output }, options, this.#printer);
  }

  /**
   * Reports a file that failed without a run, so that the server's batch counts it. Skips `ApiError`s, because the server already counts
   * files that it rejects.
   */
  #reportFailure(key: string, thrown: unknown): void {
    if (thrown instanceof ApiError) return;
    const { code, message } = isMillraceError(thrown) ? thrown : { code: 'error', message: String(thrown) };
    this.#batch?.reportFailure(key.slice(-batchLimits.keyLength), { code, message });
  }

  /** Returns the file's manifest entry if it has the file's current size and modification time. */
  #findEntry(key: string, fileStats: FileStats): ManifestEntry | undefined {
    const entry = this.#manifest?.get(key);
    const isUnchanged = entry?.size === fileStats.size && entry?.mtimeMs === fileStats.mtimeMs;
    return isUnchanged ? entry : undefined;
  }

  /**
   * Waits for a run that an earlier call started, and returns its result.
   *
   * @returns `undefined` if the server no longer has the run or its output.
   */
  async #resume(options: ItemOptions, requestId: string): Promise<ProcessResult | undefined> {
    try {
      const { ifExists = 'overwrite' } = options;
      const run = new HostedRun(this.#context, requestId);
      // the earlier call may have saved the output before it was interrupted, so replace the output instead of throwing an error
      return await run.follow({ ...options, ifExists: ifExists === 'error' ? 'overwrite' : ifExists }, this.#printer);
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  async #succeed(key: string, result: ProcessResult): Promise<FileResult> {
    await this.#recordSuccess(key, result);
    return { status: 'succeeded', key, result };
  }

  async #recordSuccess(key: string, result: ProcessResult, fileStats: FileStats = {}): Promise<void> {
    const { requestId, fileId, outputFiles } = result;
    const warnings = result.warnings.length > 0 ? result.warnings : undefined;
    await this.#manifest?.record({ key, ...fileStats, state: 'succeeded', requestId, fileId, outputFiles, warnings });
  }

  /**
   * Returns the result for a failed file. Records only a permanent failure in the manifest, so that after any other failure, a later call
   * can resume the file.
   */
  async #fail(key: string, thrown: unknown, requestId: string | undefined): Promise<FileResult> {
    const error = isError(thrown) ? thrown : new Error(String(thrown));
    if (this.#isPermanentError(error))
      await this.#manifest?.record({ key, state: 'failed', requestId, message: error.message });
    return { status: 'failed', key, error, ...(requestId !== undefined && { requestId }) };
  }

  #isPermanentError(error: unknown): boolean {
    if (this.#options.signal?.aborted === true) return false;
    return !(isMillraceError(error) && error.retryable) || isMillraceError(error, 'process_failed');
  }
}
