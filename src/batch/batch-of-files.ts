import { setMaxListeners } from 'node:events';
import { resolve } from 'node:path';
import type { BatchItem } from './batch-items.js';
import { checkBatch } from './check-batch.js';
import { isCountable } from './found-files.js';
import { ResultBoard } from './result-board.js';
import type { PipelineContext } from '../http/hosted-call.js';
import { abortable } from '../shared/runtime/abortable.js';
import type { Manifest } from './manifest.js';
import { forEachConcurrently } from '../shared/runtime/for-each-concurrently.js';
import { findModule } from '../shared/modules/catalogue.js';
import { outputExtension } from '../shared/modules/formats.js';
import { showSummary } from '../print/records.js';
import { printAs } from '../print/short-form.js';
import type { BatchRun, BatchSummary, FileResult, FileSet, ProcessManyOptions } from '../shared/types/many-files.js';
import type { ModuleName } from '../shared/modules/module.js';
import { throwIfAborted } from '../shared/runtime/abort-reason.js';

type Chain = readonly ModuleName[];

/**
 * Processes many files, a few at a time. Processing starts when results are first requested. Every caller gets the same results.
 */
export class BatchOfFiles<C extends Chain = Chain> implements BatchRun<C> {
  readonly #context: PipelineContext;
  readonly #files: FileSet;
  readonly #options: ProcessManyOptions;
  readonly #concurrency: number;
  readonly #board: ResultBoard<C>;
  #end: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;

  constructor(context: PipelineContext, files: FileSet, options: ProcessManyOptions) {
    checkBatch(files, options);
    this.#context = context;
    this.#files = files;
    this.#options = options;
    this.#concurrency = options.concurrency ?? 4;
    this.#board = new ResultBoard(2 * this.#concurrency);
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
    const { concurrency: _c, manifest: _m, stopOnError = false, onFile, ...options } = this.#options;
    const { BatchWorker } = await import('./batch-worker.js');
    const worker = new BatchWorker(this.#context, { ...options, signal }, manifest);
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
    try {
      await forEachConcurrently(this.#itemsOnDemand(items, stop), this.#concurrency, (item) =>
        processOne(item).catch((error: unknown) => this.#fail(error, stop)),
      );
    } finally {
      stopShowing();
      // this is not awaited, because a source that never responds would block the batch
      items.return(undefined).catch(() => undefined);
    }
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
    yield* batchItems(this.#files, (where) => ({ shouldSkip: ownFilesTest(where, own), signal }), signal);
  }
}

/** Every file in progress adds several listeners, which would trigger Node's leak warning. */
function allowManyListeners(signal: AbortSignal): void {
  try {
    setMaxListeners(0, signal);
  } catch {
    // jsdom's signals have no such limit
  }
}

/** Returns the options that affect the outputs, in a fixed order. */
function outputOptions(options: ProcessManyOptions): unknown {
  const { modules, symbolicDirectoryPath, fileTags, fileDescription, expireTime } = options;
  return [modules, symbolicDirectoryPath, fileTags, fileDescription, expireTime].map((value) => value ?? null);
}
