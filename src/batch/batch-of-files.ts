import { resolve } from 'node:path';
import type { BatchItem } from './batch-items.js';
import { checkBatch } from './check-batch.js';
import { isCountable } from './found-files.js';
import { ResultBoard } from './result-board.js';
import type { PipelineContext } from '../http/hosted-call.js';
import { abortable } from '../shared/runtime/abortable.js';
import { allowManyListeners } from '../shared/runtime/allow-many-listeners.js';
import type { FolderPass } from './folder-pass.js';
import type { Manifest } from './manifest.js';
import type { ServerBatch } from './server-batch.js';
import { pickRequestOptions } from '../options/request-options.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { forEachConcurrently } from '../shared/runtime/for-each-concurrently.js';
import { findModule } from '../shared/modules/catalogue.js';
import { outputExtension } from '../shared/modules/formats.js';
import { showSummary } from '../print/records.js';
import { printAs } from '../print/short-form.js';
import type {
  BatchRun,
  BatchSummary,
  FileResult,
  FileSet,
  FoundFiles,
  ProcessManyOptions,
} from '../shared/types/files/many-files.js';
import type { ModuleName } from '../shared/modules/module.js';
import { throwIfAborted } from '../shared/runtime/abort-reason.js';

type Chain = readonly ModuleName[];

/** The files that `client.sync` sends, instead of a file set. */
interface BatchSource {
  readonly items: AsyncIterable<BatchItem> | Iterable<BatchItem>;
  readonly openFolder: () => Promise<FolderPass | undefined>;
  readonly syncRoot: string;
}

/** Maximum number of files in progress at once, unless the caller sets `concurrency`. */
const defaultConcurrency = 4;
/** How many requests' worth of small files are in progress at once, so that the server always has work. */
const requestsAhead = 2;

/**
 * Processes many files, a few at a time. Processing starts when results are first requested. Every caller gets the same results.
 */
export class BatchOfFiles<C extends Chain = Chain> implements BatchRun<C> {
  readonly #context: PipelineContext;
  readonly #files: FileSet;
  readonly #options: ProcessManyOptions;
  readonly #source: BatchSource | undefined;
  readonly #board: ResultBoard<C>;
  #end: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;

  /** @param source The items to process instead of `files`. */
  constructor(context: PipelineContext, files: FileSet, options: ProcessManyOptions, source?: BatchSource) {
    checkBatch(files, options);
    this.#source = source;
    this.#context = context;
    this.#files = files;
    this.#options = options;
    this.#board = new ResultBoard(2 * (options.concurrency ?? defaultConcurrency));
  }

  static {
    printAs(this.prototype, (batch) => {
      const state = batch.#end ? 'started' : 'not started';
      return `BatchRun of '${batch.#context.name}': ${state}, ${batch.#board.results.length} files done`;
    });
  }

  async all(): Promise<BatchSummary<C>> {
    this.#board.requestAll();
    await this.#start();
    if (this.#failure) throw this.#failure.error;
    const results = [...this.#board.results];
    const count = (status: FileResult['status']): number => results.filter((result) => result.status === status).length;
    return showSummary({
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
    for await (const _ of this.#items(signal)) count++;
    return count;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FileResult<C>> {
    void this.#start();
    yield* this.#board.read();
  }

  /**
   * Never rejects, because the outcome is stored in fields. An abort takes effect immediately; files and connections close later.
   */
  #start(): Promise<void> {
    this.#end ??= abortable(this.#run(), this.#options.signal)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#board.end(this.#failure ?? {}));
    return this.#end;
  }

  async #run(): Promise<void> {
    const { manifest: path, signal } = this.#options;
    throwIfAborted(signal);
    const { name: pipeline, chain } = this.#context;
    const header = { pipeline, chain, options: outputOptions(this.#options) };
    const { Manifest } = await import('./manifest.js');
    const manifest = path === undefined ? undefined : await Manifest.open(path, header, signal);
    const stop = new AbortController();
    allowManyListeners(stop.signal);
    const relay = (): void => stop.abort(signal?.reason);
    signal?.addEventListener('abort', relay, { once: true });
    try {
      throwIfAborted(signal);
      await this.#processAll(manifest, stop);
      throwIfAborted(signal);
    } finally {
      signal?.removeEventListener('abort', relay);
      await manifest?.close();
    }
  }

  async #processAll(manifest: Manifest | undefined, stop: AbortController): Promise<void> {
    const { signal } = stop;
    const { concurrency, manifest: _m, stopOnError = false, onFile, onChange: _c, ...options } = this.#options;
    const { BatchWorker } = await import('./batch-worker.js');
    const { batch, files = 0, smallBytes = 0 } = await this.#openBatch({ ...options, signal }, manifest);
    const slots = concurrency ?? defaultConcurrency;
    const lanes = concurrency ?? (batch ? requestsAhead * files : defaultConcurrency);
    const { openFolder, syncRoot } = this.#source ?? { openFolder: () => this.#openFolder({ ...options, signal }) };
    const parts = { manifest, batch, slots, smallBytes, openFolder, syncRoot };
    const worker = new BatchWorker(this.#context, { ...options, signal }, parts);
    const stopShowing = worker.showOutages();
    const items = this.#items(signal);
    const processOne = async (item: BatchItem): Promise<void> => {
      const result = (await worker.process(item)) as FileResult<C>;
      // a failure caused by an abort is not the file's result
      throwIfAborted(signal);
      await this.#board.add(result);
      // the caller's function is never called after an abort
      throwIfAborted(options.signal);
      await abortable(Promise.resolve(onFile?.(result as FileResult)), signal);
      if (result.status === 'failed' && stopOnError) throw result.error;
    };
    let isClosed = false;
    try {
      await forEachConcurrently(this.#itemsOnDemand(items, stop), lanes, (item) =>
        processOne(item).catch((error: unknown) => this.#fail(error, stop)),
      );
      await batch?.close(this.#countSkipped(manifest, batch));
      isClosed = true;
    } finally {
      // a later call with the manifest continues the batch
      if (isClosed || manifest) batch?.leave();
      else void batch?.close(0);
      stopShowing();
      // this is not awaited, because a source that never responds would block the batch
      items.return(undefined).catch(() => undefined);
    }
  }

  async #openFolder(options: RequestOptions): Promise<FolderPass | undefined> {
    const { FolderPass } = await import('./folder-pass.js');
    const { modules, onChange, symbolicDirectoryPath } = this.#options;
    return FolderPass.open(this.#context, { ...pickRequestOptions(options), modules, onChange, symbolicDirectoryPath });
  }

  /** Prepares a batch on the server, if the server supports batches. The batch is created with the first file. */
  async #openBatch(
    options: RequestOptions & { readonly signal: AbortSignal; readonly downloadOutput?: boolean | undefined },
    manifest: Manifest | undefined,
  ): Promise<{ batch?: ServerBatch; files?: number; smallBytes?: number }> {
    const request = pickRequestOptions(options);
    // if the server is unreachable, each file reports that
    const server = await this.#context.connection.server(request).catch(() => undefined);
    throwIfAborted(options.signal);
    const { batchFiles, batchBytes, inlineBytes } = server?.limits ?? {};
    if (server?.kind !== 'millrace' || !batchFiles || !batchBytes || !inlineBytes) return {};
    const { ServerBatch } = await import('./server-batch.js');
    const outputBytes = options.downloadOutput === false ? 0 : inlineBytes;
    const limits = { files: batchFiles, bytes: batchBytes, outputBytes };
    const batch = new ServerBatch(this.#context, limits, { ...request, signal: options.signal }, manifest);
    return { batch, files: batchFiles, smallBytes: inlineBytes };
  }

  /** Counts the files that an earlier batch with the same manifest finished. */
  #countSkipped(manifest: Manifest | undefined, batch: ServerBatch): number {
    const isEarlier = ({ status, key }: FileResult): boolean =>
      status === 'skipped' && manifest?.get(key)?.batchId !== batch.id;
    return this.#board.results.filter(isEarlier).length;
  }

  /** Yields each item only once a reader wants another result. */
  async *#itemsOnDemand(items: AsyncGenerator<BatchItem>, stop: AbortController): AsyncGenerator<BatchItem> {
    for (;;) {
      await this.#board.waitForDemand(stop.signal);
      const item: IteratorResult<BatchItem, unknown> = await abortable(items.next(), stop.signal).catch(
        (error: unknown) => this.#fail(error, stop),
      );
      if (item.done) return;
      yield item.value;
    }
  }

  /** Stops the whole batch. @throws `error` */
  #fail(error: unknown, stop: AbortController): never {
    this.#failure ??= { error };
    stop.abort(error);
    throw error;
  }

  async *#items(signal: AbortSignal | undefined): AsyncGenerator<BatchItem> {
    if (this.#source) {
      yield* this.#source.items;
      return;
    }
    const { batchItems } = await import('./batch-items.js');
    const { ownFilesTest } = await import('./own-files.js');
    const { manifest, localSaveDirectory, downloadOutput } = this.#options;
    const isSaved = downloadOutput !== false && localSaveDirectory !== false;
    const last = findModule(this.#context.chain.at(-1) ?? '');
    const own = {
      manifest,
      save: isSaved ? resolve(localSaveDirectory ?? '.') : undefined,
      extension: last && outputExtension[last.output],
    };
    const optionsFor = (where: FoundFiles) => {
      const { isOwn, isSeparate } = ownFilesTest(where, own);
      // in a separate directory, an existing output can only belong to an earlier version of the same file
      const ifExists = localSaveDirectory !== undefined && isSeparate ? ('overwrite' as const) : undefined;
      return { shouldSkip: isOwn, signal, ifExists };
    };
    yield* batchItems(this.#files, optionsFor, signal);
  }
}

/** Returns the options that affect the outputs, in a fixed order. */
function outputOptions(options: ProcessManyOptions): unknown {
  const { modules, symbolicDirectoryPath, fileTags, fileDescription, expireTime } = options;
  return [modules, symbolicDirectoryPath, fileTags, fileDescription, expireTime].map((value) => value ?? null);
}
