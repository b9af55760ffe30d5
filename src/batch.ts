import { Issues } from './arguments/issues.js';
import { isWhole } from './arguments/request-options.js';
import { describeItem } from './batching/batch-item.js';
import type { PipelineContext } from './calls/pipeline-context.js';
import { BatchWorker } from './batching/batch-worker.js';
import { Manifest } from './manifest.js';
import { showSummary } from './print/records.js';
import { processOptionNames } from './process.js';
import type { FileInput } from './types/file-input.js';
import type { BatchRun, BatchSummary, FileResult, FileSet, ManyItem, ProcessManyOptions } from './types/many-files.js';
import type { ModuleName } from './types/module.js';

type Chain = readonly ModuleName[];

const ownNames = ['concurrency', 'manifest', 'stopOnError'];
const perFile = ['fileName', 'symbolicFilePath', 'idempotencyKey', 'waitForProcess'];
const optionNames = [...processOptionNames.filter((name) => !perFile.includes(name)), ...ownNames];

/** Many files, a few at a time. Nothing starts before someone wants the results; everyone who does gets the same ones. */
export class BatchOfFiles<C extends Chain = Chain> implements BatchRun<C> {
  readonly #context: PipelineContext;
  readonly #files: FileSet;
  readonly #options: ProcessManyOptions;
  readonly #results: FileResult<C>[] = [];
  readonly #waiting = new Set<() => void>();
  #work: Promise<void> | undefined;
  #isOver = false;
  #failure: { error: unknown } | undefined;

  constructor(context: PipelineContext, files: FileSet, options: ProcessManyOptions) {
    this.#context = context;
    this.#files = files;
    this.#options = options;
    checkOptions(files, options);
  }

  static {
    Object.defineProperty(this.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value(this: BatchOfFiles): string {
        const state = this.#isOver ? 'over' : this.#work ? 'under way' : 'not started';
        return `BatchRun of '${this.#context.name}': ${state}, ${this.#results.length} files done`;
      },
    });
  }

  async all(): Promise<BatchSummary<C>> {
    await this.#start();
    if (this.#failure) throw this.#failure.error;
    const count = (status: FileResult['status']): number =>
      this.#results.filter((result) => result.status === status).length;
    return showSummary({
      succeeded: count('succeeded'),
      skipped: count('skipped'),
      failed: count('failed'),
      results: [...this.#results],
    });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FileResult<C>> {
    void this.#start();
    for (let next = 0; ;) {
      const result = this.#results[next];
      if (result) {
        next++;
        yield result;
      } else if (this.#failure) {
        throw this.#failure.error;
      } else if (this.#isOver) {
        return;
      } else {
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
    }
  }

  /** Never rejects: how it ended is in the fields. */
  #start(): Promise<void> {
    this.#work ??= this.#run()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#isOver = true;
        this.#wake();
      });
    return this.#work;
  }

  async #run(): Promise<void> {
    const { concurrency = 4, manifest: path, stopOnError = false, signal, ...options } = this.#options;
    signal?.throwIfAborted();
    const { name: pipeline, chain } = this.#context;
    const manifest =
      path === undefined ? undefined : await Manifest.open(path, { pipeline, chain, options: decisive(options) });
    const stop = new AbortController();
    const relay = (): void => stop.abort(signal?.reason);
    signal?.addEventListener('abort', relay, { once: true });
    try {
      const worker = new BatchWorker(this.#context, { ...options, signal: stop.signal }, manifest);
      const items = inTurn(this.#files);
      const taken = new Set<string>();
      const lane = async (): Promise<void> => {
        for (let item = await items.next(); !item.done; item = await items.next()) {
          if (stop.signal.aborted) return;
          const result = await worker.process(describeItem(item.value, taken));
          stop.signal.throwIfAborted();
          this.#results.push(result);
          this.#wake();
          if (result.status === 'failed' && stopOnError) throw result.error;
        }
      };
      const lanes = Array.from({ length: concurrency }, async () => {
        await lane().catch((error: unknown) => {
          this.#failure ??= { error };
          stop.abort(error);
        });
      });
      await Promise.all(lanes);
      signal?.throwIfAborted();
    } finally {
      signal?.removeEventListener('abort', relay);
      await manifest?.close();
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

function checkOptions(files: FileSet, options: ProcessManyOptions): void {
  const issues = new Issues();
  const { concurrency, manifest, stopOnError } = issues.addUnknown(options, optionNames, 'processMany()');
  const given: object | null = typeof files === 'object' ? files : null;
  const iterable = given !== null && (Symbol.iterator in given || Symbol.asyncIterator in given);
  if (!iterable) issues.add(['files'], 'Expected the files to be an array, or anything else that can be iterated');
  issues.expect('concurrency', concurrency, isWhole(concurrency, 1), 'a whole number from 1 up');
  issues.expect('manifest', manifest, typeof manifest === 'string' && manifest !== '', 'the path of a file');
  issues.expect('stopOnError', stopOnError, typeof stopOnError === 'boolean', 'true or false');
  issues.throwIfAny();
}

/** The options that decide what comes out, in a fixed order. Where it is saved and who watches decides nothing. */
function decisive(options: ProcessManyOptions): unknown {
  const { modules, symbolicDirectoryPath, fileTags, fileDescription, expireTime } = options;
  return [modules, symbolicDirectoryPath, fileTags, fileDescription, expireTime].map((value) => value ?? null);
}

/** One file after the other, whoever asks, and whether they come by promise or not. */
async function* inTurn(files: FileSet): AsyncGenerator<FileInput | ManyItem> {
  yield* files;
}
