import type { RequestOptions } from './client-options.js';
import type { FileChanges, FileFilter, FilePage, FileRecord, FileTree, TreeOptions } from './file-record.js';
import type { FileInput } from './file-input.js';
import type { BatchRun, FileSet, ProcessManyOptions } from './many-files.js';
import type { ModuleName } from '../modules/module.js';
import type { PipelineConfig } from '../modules/pipeline-config.js';
import type { FetchOutputOptions, ProcessOptions, ProcessResult } from './process.js';
import type { RunHandle } from './run-handle.js';
import type { RunStatus } from '../runs/run-status.js';
import type { KeywordHit, KeywordSearchOptions, SearchResult, SemanticHit, SemanticSearchOptions } from './search.js';

/** A name and a chain, with the search methods that its chain allows. */
export type Pipeline<C extends readonly ModuleName[] = readonly ModuleName[]> = PipelineBase<C> &
  SemanticSearchable<C> &
  KeywordSearchable<C>;

/**
 * Adds {@link WithSemanticSearch} to a chain that ends in `text-embedder`, `vector-db`, and to one that the compiler
 * does not know.
 */
export type SemanticSearchable<C extends readonly ModuleName[]> = C extends readonly [
  ...ModuleName[],
  'text-embedder',
  'vector-db',
]
  ? WithSemanticSearch
  : number extends C['length']
    ? WithSemanticSearch
    : unknown;

/** Adds {@link WithKeywordSearch} to a chain that ends in `keyword-db`, and to one that the compiler does not know. */
export type KeywordSearchable<C extends readonly ModuleName[]> = C extends readonly [...ModuleName[], 'keyword-db']
  ? WithKeywordSearch
  : number extends C['length']
    ? WithKeywordSearch
    : unknown;

/** What a pipeline that ends in `text-embedder`, `vector-db` can do besides. */
export interface WithSemanticSearch {
  /**
   * Finds the snippets nearest in meaning to the query, in the files that the options select.
   *
   * @example
   * ```ts
   * const { items } = await pipeline.semanticSearch('notice period', { symbolicDirectoryPaths: ['/*'], k: 3 });
   * ```
   */
  semanticSearch(query: string, options: SemanticSearchOptions): Promise<SearchResult<SemanticHit>>;
}

/** What a pipeline that ends in `keyword-db` can do besides. */
export interface WithKeywordSearch {
  /**
   * Finds every occurrence of the query's words, and of their inflections, in the files that the options select.
   *
   * @example
   * ```ts
   * const { items } = await pipeline.keywordSearch('notice period', { fileIds: [done.fileId] });
   * ```
   */
  keywordSearch(query: string, options: KeywordSearchOptions): Promise<SearchResult<KeywordHit>>;
}

/** What every pipeline of modules can do, whatever its chain. */
export interface PipelineBase<C extends readonly ModuleName[] = readonly ModuleName[]> {
  readonly name: string;
  readonly moduleChain: C;
  /** The pipeline as its YAML file would say it. */
  readonly config: PipelineConfig;

  /** Uploads a file and returns as soon as that is done. @throws `ValidationError` before the upload. */
  process(file: FileInput, options: ProcessOptions<C> & { waitForProcess: false }): Promise<RunHandle<C>>;
  /**
   * Uploads a file, waits for the chain to work through it, and downloads the output to
   * `<localSaveDirectory>/<fileId><extension>`. With `waitForProcess: false` it returns as soon as the file is uploaded.
   *
   * Aborting it or running into `waitTimeout` stops the waiting, not the run. Nothing is deleted on the server once the
   * upload is complete.
   *
   * @throws `ValidationError` before any request, or before the upload; `ProcessFailedError`; `WaitTimeoutError`.
   * @example
   * ```ts
   * const done = await pipeline.process('./lease.pdf', { localSaveDirectory: './out', verbose: true });
   * ```
   */
  process(
    file: FileInput,
    options?: ProcessOptions<C> & { waitForProcess?: true | undefined },
  ): Promise<ProcessResult<C>>;
  /** As one of the two above, by `waitForProcess`. */
  process(file: FileInput, options: ProcessOptions<C>): Promise<ProcessResult<C> | RunHandle<C>>;

  /** Processes many files, a few at a time; with a manifest, a second call goes on where the first one stopped. */
  processMany(files: FileSet, options?: ProcessManyOptions<C>): BatchRun<C>;

  /** Takes up a run that was started earlier, by this process or another. */
  run(requestId: string): RunHandle<C>;
  /** The record of a run of this pipeline. @throws `NotFoundError` when there is none, or no longer. */
  processStatus(requestId: string, options?: RequestOptions): Promise<RunStatus<C[number]>>;

  /** The finished files that match. At least one field of the filter must be given; `['/*']` as directories is all. */
  list(filter: FileFilter, options?: RequestOptions): Promise<FilePage>;
  /** Changes what a file is called and filed under; gives the record as it then is. */
  update(fileId: string, changes: FileChanges, options?: RequestOptions): Promise<FileRecord>;
  /** Removes a file, its output and its search data. */
  delete(fileId: string, options?: RequestOptions): Promise<void>;
  /** Downloads the output of a finished file. */
  fetchOutput(fileId: string, options?: FetchOutputOptions): Promise<ProcessResult<C>>;
  /** The finished files below a directory; `String(tree)` draws them. @param path A directory, `*` at its end. Default `/*`. */
  showTree(path?: string, options?: TreeOptions): Promise<FileTree>;
  /** Deletes all finished files of this pipeline; gives their number. */
  reset(options?: RequestOptions): Promise<number>;

  /** Checks that a file could be processed: its type, size and content. Asks the server for nothing but its limits. */
  testInput(file: FileInput, options?: RequestOptions & { fileName?: string | undefined }): Promise<void>;
  /** Writes the pipeline's YAML file, from which `client.loadPipeline` makes it again. */
  save(configPath: string): Promise<void>;
}
