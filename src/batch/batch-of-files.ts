import { resolve } from 'node:path';
import type { BatchItem } from './batch-items.js';
import { checkProcessManyArguments } from './check-process-many.js';
import { isCountable } from './local-files.js';
import { BatchResults } from './batch-results.js';
import type { PipelineContext } from '../http/call-hosted.js';
import { abortable } from '../shared/runtime/abortable.js';
import { allowManyListeners } from '../shared/runtime/allow-many-listeners.js';
import type { BatchSource, FolderComparer } from './folder-comparer.js';
import type { Manifest } from './manifest.js';
import type { ServerBatch } from './server-batch.js';
import { pickRequestOptions } from '../options/request-options.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { forEachConcurrently } from '../shared/runtime/for-each-concurrently.js';
import { findModule } from '../shared/modules/catalogue.js';
import { outputExtension } from '../shared/modules/formats.js';
import { createBatchSummary } from '../print/records.js';
import { definePrintedText } from '../print/short-form.js';
import type {
  BatchRun,
  BatchSummary,
  FileResult,
  FileSet,
  LocalFiles,
  ProcessManyOptions,
} from '../shared/types/files/many-files.js';
import type { ModuleName } from '../shared/modules/module.js';
import { throwIfAborted } from '../shared/runtime/abort-reason.js';

type Chain = readonly ModuleName[];

/** Default value of `concurrency`. If the server supports batches, this default does not limit small files, which share requests. */
const defaultConcurrency = 4;
/** If `concurrency` is not set, enough small files to fill this many requests are processed at once, so that the server always has work. */
const defaultBatchRequests = 2;

/** Processes many files concurrently. Processing starts when results are first requested. Each iterator yields all results. */
export class BatchOfFiles<C extends Chain = Chain> implements BatchRun<C> {
  readonly #context: PipelineContext;
  readonly #files: FileSet;
  readonly #options: ProcessManyOptions;
  readonly #source: BatchSource | undefined;
  readonly #results: BatchResults<C>;
  #completion: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;

  /** @param source If set, its items are processed instead of `files`. */
  constructor(context: PipelineContext, files: FileSet, options: ProcessManyOptions, source?: BatchSource) {
    checkProcessManyArguments(files, options);
    this.#source = source;
    this.#context = context;
    this.#files = files;
    this.#options = options;
    this.#results = new BatchResults(2 * (options.concurrency ?? defaultConcurrency));
  }

  static {
    definePrintedText(this.prototype, (batch) => {
      const state = batch.#completion ? 'started' : 'not started';
      return `BatchRun of '${batch.#context.name}': ${state}, ${batch.#results.results.length} files done`;
    });
  }

  async all(): Promise<BatchSummary<C>> {
    this.#results.requestAll();
    await this.#start();
    if (this.#failure) throw this.#failure.error;
    const results = [...this.#results.results];
    const count = (status: FileResult['status']): number => results.filter((result) => result.status === status).length;
    return createBatchSummary({
      succeeded: count('succeeded'),
      skipped: count('skipped'),
      failed: count('failed'),
      results,
    });
  }

  async count(): Promise<number | undefined> {
    const { signal } = this.#options;
    throwIfAborted(signal);
    if (!isCountable(this.#files)) return undefined;
    let count = 0;
    for await (const _ of this.#iterateItems(signal)) count++;
    return count;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FileResult<C>> {
    void this.#start();
    yield* this.#results.read();
  }

  /**
   * Starts the batch, unless it has already started. The promise never rejects: errors are stored in `#failure`. After an abort, the
   * promise resolves immediately, before files and connections are closed.
   */
  #start(): Promise<void> {
    this.#completion ??= abortable(this.#run(), this.#options.signal)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#results.end(this.#failure ?? {}));
    return this.#completion;
  }

  async #run(): Promise<void> {
    const { manifest: path, signal } = this.#options;
    throwIfAborted(signal);
    const { name: pipeline, chain } = this.#context;
    const { getFixedOptionValues, Manifest } = await import('./manifest.js');
    const header = { pipeline, chain, options: getFixedOptionValues(this.#options) };
    const manifest = path === undefined ? undefined : await Manifest.open(path, header, signal);
    const controller = new AbortController();
    allowManyListeners(controller.signal);
    const abort = (): void => controller.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      throwIfAborted(signal);
      await this.#processAll(manifest, controller);
      throwIfAborted(signal);
    } finally {
      signal?.removeEventListener('abort', abort);
      await manifest?.close();
    }
  }

  async #processAll(manifest: Manifest | undefined, controller: AbortController): Promise<void> {
    const { signal } = controller;
    const { concurrency, manifest: _m, stopOnError = false, onFile, onChange: _c, ...options } = this.#options;
    const { BatchWorker } = await import('./batch-worker.js');
    const {
      batch,
      filesPerRequest = 0,
      maxSmallFileBytes = 0,
    } = await this.#prepareBatch({ ...options, signal }, manifest);
    const maxConcurrentFiles = concurrency ?? defaultConcurrency;
    // unlike `maxConcurrentFiles`, this limit includes small files
    const maxConcurrentItems = concurrency ?? (batch ? defaultBatchRequests * filesPerRequest : defaultConcurrency);
    const { openComparer, syncRoot } = this.#source ?? {
      openComparer: () => this.#openComparer({ ...options, signal }),
    };
    const setup = { manifest, batch, maxConcurrentFiles, maxSmallFileBytes, openComparer, syncRoot };
    const worker = new BatchWorker(this.#context, { ...options, signal }, setup);
    const stopShowingOutages = worker.showOutages();
    const items = this.#iterateItems(signal);
    const processOne = async (item: BatchItem): Promise<void> => {
      const result = (await worker.process(item)) as FileResult<C>;
      // do not report an error caused by the abort as the file's result
      throwIfAborted(signal);
      await this.#results.add(result);
      // do not call `onFile` after the caller has aborted the batch
      throwIfAborted(options.signal);
      await abortable(Promise.resolve(onFile?.(result as FileResult)), signal);
      if (result.status === 'failed' && stopOnError) throw result.error;
    };
    let isClosed = false;
    try {
      await forEachConcurrently(this.#readItemsOnDemand(items, controller), maxConcurrentItems, (item) =>
        processOne(item).catch((error: unknown) => this.#fail(error, controller)),
      );
      await batch?.close(this.#countSkipped(manifest, batch));
      isClosed = true;
    } finally {
      // after an error, leave the batch open if there is a manifest, so that a later call can continue the batch
      if (isClosed || manifest) batch?.detach();
      else void batch?.close(0);
      stopShowingOutages();
      // do not await, because a source that never settles would block the batch
      items.return(undefined).catch(() => undefined);
    }
  }

  async #openComparer(options: RequestOptions): Promise<FolderComparer | undefined> {
    const { FolderComparer } = await import('./folder-comparer.js');
    const { modules, onChange, symbolicDirectoryPath } = this.#options;
    return FolderComparer.open(this.#context, {
      ...pickRequestOptions(options),
      modules,
      onChange,
      symbolicDirectoryPath,
    });
  }

  /** Prepares a server batch without opening it. @returns `{}` if the server is unreachable or does not support batches. */
  async #prepareBatch(
    options: RequestOptions & { readonly signal: AbortSignal; readonly downloadOutput?: boolean | undefined },
    manifest: Manifest | undefined,
  ): Promise<{ batch?: ServerBatch; filesPerRequest?: number; maxSmallFileBytes?: number }> {
    const request = pickRequestOptions(options);
    // if the server is unreachable, continue without a batch: each file's result then contains the error
    const server = await this.#context.connection.getServerInfo(request).catch(() => undefined);
    throwIfAborted(options.signal);
    const { batchFiles, batchBytes, inlineBytes } = server?.limits ?? {};
    if (server?.kind !== 'millrace' || !batchFiles || !batchBytes || !inlineBytes) return {};
    const { ServerBatch } = await import('./server-batch.js');
    const maxOutputBytes = options.downloadOutput === false ? 0 : inlineBytes;
    const limits = { maxFiles: batchFiles, maxBytes: batchBytes, maxOutputBytes };
    const batch = new ServerBatch(this.#context, limits, { ...request, signal: options.signal }, manifest);
    return { batch, filesPerRequest: batchFiles, maxSmallFileBytes: inlineBytes };
  }

  /** Counts the skipped files, except files that an earlier call processed in the same server batch. */
  #countSkipped(manifest: Manifest | undefined, batch: ServerBatch): number {
    const isCounted = ({ status, key }: FileResult): boolean =>
      status === 'skipped' && manifest?.get(key)?.batchId !== batch.id;
    return this.#results.results.filter(isCounted).length;
  }

  /** Yields each item only when a reader wants another result or all results have been requested. */
  async *#readItemsOnDemand(items: AsyncGenerator<BatchItem>, controller: AbortController): AsyncGenerator<BatchItem> {
    for (;;) {
      await this.#results.waitForDemand(controller.signal);
      const item: IteratorResult<BatchItem, unknown> = await abortable(items.next(), controller.signal).catch(
        (error: unknown) => this.#fail(error, controller),
      );
      if (item.done) return;
      yield item.value;
    }
  }

  /** Aborts the batch and throws `error`. */
  #fail(error: unknown, controller: AbortController): never {
    this.#failure ??= { error };
    controller.abort(error);
    throw error;
  }

  async *#iterateItems(signal: AbortSignal | undefined): AsyncGenerator<BatchItem> {
    if (this.#source) {
      yield* this.#source.items;
      return;
    }
    const { iterateBatchItems } = await import('./batch-items.js');
    const { createWrittenFileTest } = await import('./written-files.js');
    const { manifest, localSaveDirectory, downloadOutput } = this.#options;
    const savesOutputs = downloadOutput !== false && localSaveDirectory !== false;
    const lastModule = findModule(this.#context.chain.at(-1) ?? '');
    const writeLocations = {
      manifest,
      outputDirectory: savesOutputs ? resolve(localSaveDirectory ?? '.') : undefined,
      extension: lastModule && outputExtension[lastModule.output],
    };
    const createItemsOptions = (source: LocalFiles) => {
      const { isWrittenByBatch, isSourceOutsideOutputs } = createWrittenFileTest(source, writeLocations);
      // if the source is outside `localSaveDirectory`, assume that an existing output is from an earlier version of the same file
      const ifExists = localSaveDirectory !== undefined && isSourceOutsideOutputs ? ('overwrite' as const) : undefined;
      return { shouldSkip: isWrittenByBatch, signal, ifExists };
    };
    yield* iterateBatchItems(this.#files, createItemsOptions, signal);
  }
}
