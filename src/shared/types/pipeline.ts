import type { RequestOptions } from './client-options.js';
import type { ExtractionTarget } from './extraction.js';
import type { FileChanges, FileFilter, FilePage, FileRecord, FileTree } from './files/file-record.js';
import type { FileInput } from './files/file-input.js';
import type { BatchRun, FileSet, InsteadOfString, ProcessManyOptions } from './files/many-files.js';
import type { ModuleName } from '../modules/module.js';
import type { PipelineConfig } from '../modules/pipeline-config.js';
import type {
  FetchOutputOptions,
  OutputBySchema,
  OutputStream,
  ProcessOptions,
  ProcessResult,
  SchemaInference,
  StartOptions,
  StreamOutputOptions,
} from './process.js';
import type { RunHandle } from './run-handle.js';
import type { RunStatus, TaskRow } from '../runs/run-status.js';
import type { Rows } from './rows.js';
import type {
  KeywordHit,
  KeywordPage,
  KeywordPageOptions,
  KeywordSearchOptions,
  SearchResult,
  SemanticHit,
  SemanticSearchOptions,
} from './search.js';

/**
 * A named chain of modules, with the search methods that the chain supports. `Pipeline` without a type argument accepts any
 * pipeline. As the parameter type of a function that searches, use {@link WithKeywordSearch} or {@link WithSemanticSearch}.
 *
 * @example
 * ```ts
 * async function countFiles(pipeline: Pipeline): Promise<number> {
 *   return (await pipeline.list({ symbolicDirectoryPaths: ['/*'] })).items.length;
 * }
 * ```
 */
export type Pipeline<C extends readonly ModuleName[] = readonly ModuleName[]> = PipelineBase<C> &
  SemanticSearchable<C> &
  KeywordSearchable<C>;

/** The type of a new pipeline. If the compiler does not know the chain, the pipeline has all search methods. */
export type NewPipeline<C extends readonly ModuleName[]> = number extends C['length']
  ? Pipeline<C> & WithSemanticSearch & WithKeywordSearch
  : Pipeline<C>;

/** {@link WithSemanticSearch} for a chain that ends in `text-embedder`, `vector-db`; no methods for any other chain. */
type SemanticSearchable<C extends readonly ModuleName[]> = C extends readonly [
  ...ModuleName[],
  'text-embedder',
  'vector-db',
]
  ? WithSemanticSearch
  : unknown;

/** {@link WithKeywordSearch} for a chain that ends in `keyword-db`; no methods for any other chain. */
type KeywordSearchable<C extends readonly ModuleName[]> = C extends readonly [...ModuleName[], 'keyword-db']
  ? WithKeywordSearch
  : unknown;

/** The search method of a pipeline with a vector database. */
export interface WithSemanticSearch {
  /**
   * Finds the snippets that are closest in meaning to the query, in the files that the options select.
   *
   * @example
   * ```ts
   * const { items } = await pipeline.semanticSearch('notice period', { symbolicDirectoryPaths: ['/*'], k: 3 });
   * ```
   */
  semanticSearch(query: string, options: SemanticSearchOptions): Promise<SearchResult<SemanticHit>>;
}

/** The search methods of a pipeline with a keyword database. */
export interface WithKeywordSearch {
  /**
   * Finds every occurrence of the query's words and their inflections, in the files that the options select.
   *
   * @example
   * ```ts
   * const { items } = await pipeline.keywordSearch('notice period', { fileIds: [done.fileId] });
   * ```
   */
  keywordSearch(query: string, options: KeywordSearchOptions): Promise<SearchResult<KeywordHit>>;

  /**
   * Returns one page of a keyword search. The time and memory for a page do not grow with the total number of hits. A page can have
   * fewer hits than `limit`, or no hits, so continue until `nextCursor` is `null`. Requires a Millrace server.
   *
   * @throws `ConfigurationError` if the server does not support `/v1`; `ValidationError` if an argument is invalid; `ChainError` if
   * the chain does not end in `keyword-db`.
   * @example
   * ```ts
   * let cursor: string | undefined;
   * do {
   *   const page = await pipeline.keywordPage('notice period', { symbolicDirectoryPaths: ['/*'], cursor });
   *   for (const { file, hits } of page.items) console.log(file.symbolicFilePath, hits.length);
   *   cursor = page.nextCursor ?? undefined;
   * } while (cursor !== undefined);
   * ```
   */
  keywordPage(query: string, options: KeywordPageOptions): Promise<KeywordPage>;
}

/** Options for `client.createPipeline()`. */
export interface PipelineOptions {
  /** The default for the `keepInput` option of each call. @default the server's default */
  keepInput?: boolean | undefined;
}

/** Options for {@link PipelineBase.showTree}. */
export interface TreeOptions extends RequestOptions {
  /** Maximum number of files. @default 1000 */
  maxFiles?: number | undefined;
}

/** Options for {@link PipelineBase.reset}. */
export interface ResetOptions extends RequestOptions {
  /** Called with the number of files deleted so far, after each request. If the callback throws, `reset()` rejects with that error. */
  onProgress?: ((deleted: number) => void) | undefined;
}

/** The properties and methods that every pipeline of modules has. */
export interface PipelineBase<C extends readonly ModuleName[] = readonly ModuleName[]> {
  readonly name: string;
  readonly moduleChain: C;
  /** The content of the pipeline's YAML file. */
  readonly config: PipelineConfig;

  /**
   * Uploads a file, waits for its run to end, and saves the output as `<localSaveDirectory>/<fileId><extension>`. With
   * `localSaveDirectory: false`, returns the output without saving it. With `waitForProcess: false`, returns a {@link RunHandle} as soon as
   * the file is uploaded.
   *
   * After the upload, an abort or `waitTimeout` ends only the wait: the run continues, and the server keeps the file.
   *
   * @throws `ValidationError` before the upload if an argument or the file is invalid; `ProcessFailedError` if the run does not
   * complete; `WaitTimeoutError` if `waitTimeout` expires first; `SaveError` if the output cannot be saved.
   * @example
   * ```ts
   * const done = await pipeline.process('./lease.pdf', { localSaveDirectory: './out', verbose: true });
   * ```
   */
  process<
    Wait extends boolean | undefined = true,
    Directory extends string | false = string,
    Schema = unknown,
    Target extends ExtractionTarget = 'document',
  >(
    file: FileInput,
    options?: ProcessOptions<C> & {
      waitForProcess?: Wait;
      localSaveDirectory?: Directory | undefined;
    } & SchemaInference<C, Schema, Target>,
  ): Promise<Wait extends false ? RunHandle<C> : ProcessResult<C, Directory, OutputBySchema<C, Schema, Target>>>;

  /**
   * Uploads a file and returns a handle for its run, without waiting for the run to end.
   *
   * @throws `ValidationError` before the upload if an argument or the file is invalid.
   * @example
   * ```ts
   * const run = await pipeline.start('./lease.pdf');
   * const done = await run.wait({ localSaveDirectory: './out' });
   * ```
   */
  start(file: FileInput, options?: StartOptions<C>): Promise<RunHandle<C>>;

  /** Processes many files concurrently. With a `manifest`, a later call continues where an earlier call stopped. */
  processMany(
    files: FileSet | InsteadOfString<"{ directory: 'path' }, { glob: '*.txt' } or ['file.txt']">,
    options?: ProcessManyOptions<C>,
  ): BatchRun<C>;

  /**
   * Returns a handle for an existing run, even one that another process started. Sends no request.
   *
   * @param id The run's id: the `id` of a handle, or the `requestId` of a `process` result or a record.
   * @throws `ValidationError` if the id is not a UUID.
   * @example
   * ```ts
   * const done = await pipeline.attach(id).wait({ localSaveDirectory: './out' });
   * ```
   */
  attach(id: string): RunHandle<C>;
  /** Returns the status of one of this pipeline's runs. @throws `NotFoundError` if the run does not exist. */
  processStatus(requestId: string, options?: RequestOptions): Promise<RunStatus<C[number]> & Rows<TaskRow>>;

  /**
   * Returns the processed files that match a filter. At least one field other than `maxFiles` and `sortOrder` is required.
   * `symbolicDirectoryPaths: ['/*']` matches all files.
   */
  list(filter: FileFilter, options?: RequestOptions): Promise<FilePage>;
  /** Updates a file's metadata and returns its new record. */
  update(fileId: string, changes: FileChanges, options?: RequestOptions): Promise<FileRecord>;
  /** Deletes a file, its output and its search data. */
  delete(fileId: string, options?: RequestOptions): Promise<void>;
  /** Downloads the output of a processed file, to a file or into memory. */
  fetchOutput<Directory extends string | false = string>(
    fileId: string,
    options?: FetchOutputOptions & { localSaveDirectory?: Directory | undefined },
  ): Promise<ProcessResult<C, Directory>>;
  /**
   * Opens the output of a processed file as a stream. The output can have any size. The connection stays open until you read the stream to
   * the end or exit the loop.
   *
   * @throws `NotFoundError` if the file does not exist; `NotFinishedError` if it is still being processed; while reading,
   * `IntegrityError` if the output is corrupt, or `ConnectionError` if the connection is lost.
   * @example
   * ```ts
   * for await (const chunk of await pipeline.streamOutput(done.fileId)) process.stdout.write(chunk);
   * ```
   */
  streamOutput(fileId: string, options?: StreamOutputOptions): Promise<OutputStream>;
  /**
   * Returns the processed files in a symbolic directory as a tree. `String(tree)` renders it.
   *
   * @param path A symbolic directory path. A `*` at the end matches any text, including subdirectories. Default: `/*`.
   */
  showTree(path?: string, options?: TreeOptions): Promise<FileTree>;
  /**
   * Deletes all processed files in this pipeline and returns the number of deleted files. After an abort or an error, call `reset()`
   * again to delete the rest.
   *
   * @example
   * ```ts
   * await pipeline.reset({ onProgress: (deleted) => console.log(`${deleted} files deleted`) });
   * ```
   */
  reset(options?: ResetOptions): Promise<number>;

  /** Checks the type, size and content of a file without uploading it. Requests only the server's limits and modules. */
  testInput(file: FileInput, options?: RequestOptions & { fileName?: string | undefined }): Promise<void>;
  /** Saves the pipeline as a YAML file that `client.loadPipeline()` can read. */
  save(configPath: string): Promise<void>;
}
