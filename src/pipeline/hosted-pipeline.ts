import { outputRules, streamRules } from '../process/output/output-options.js';
import { checkOptions } from '../options/issues.js';
import { anyValue } from '../options/option-rules.js';
import { checkIdAndOptions, requestRules } from '../options/request-options.js';
import { BatchOfFiles } from '../batch/batch-of-files.js';
import type { PipelineContext } from '../http/call-hosted.js';
import { definePrintedText } from '../print/short-form.js';
import { describePipeline } from './describe-pipeline.js';
import { HostedRun } from '../process/hosted-run.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { ExtractionTarget } from '../shared/types/extraction.js';
import type { FileInput } from '../shared/types/files/file-input.js';
import type { FileChanges, FileFilter, FilePage, FileRecord, FileTree } from '../shared/types/files/file-record.js';
import type { BatchRun, FileSet, ProcessManyOptions } from '../shared/types/files/many-files.js';
import type { ModuleName } from '../shared/modules/module.js';
import type {
  PipelineBase,
  ResetOptions,
  TreeOptions,
  WithKeywordSearch,
  WithSemanticSearch,
} from '../shared/types/pipeline.js';
import type { PipelineConfig } from '../shared/modules/pipeline-config.js';
import type {
  FetchOutputOptions,
  OutputBySchema,
  OutputStream,
  ProcessOptions,
  ProcessResult,
  SchemaInference,
  StartOptions,
  StreamOutputOptions,
} from '../shared/types/process.js';
import type { RunHandle } from '../shared/types/run-handle.js';
import type { RunStatus, TaskRow } from '../shared/runs/run-status.js';
import type { Rows } from '../shared/types/rows.js';
import type {
  KeywordHit,
  KeywordPage,
  KeywordPageOptions,
  KeywordSearchOptions,
  SearchResult,
  SemanticHit,
  SemanticSearchOptions,
} from '../shared/types/search.js';
import { throwIfAborted } from '../shared/runtime/abort-reason.js';

type Chain = readonly ModuleName[];

/**
 * Implements all pipeline methods, regardless of the chain. If the compiler knows the chain, the `NewPipeline` type hides the search
 * methods that the chain does not support.
 */
export class HostedPipeline<C extends Chain = Chain> implements PipelineBase<C>, WithKeywordSearch, WithSemanticSearch {
  readonly name: string;
  readonly moduleChain: C;
  readonly #context: PipelineContext;

  constructor(context: PipelineContext) {
    this.#context = context;
    this.name = context.name;
    this.moduleChain = context.chain as C;
  }

  static {
    definePrintedText(
      this.prototype as HostedPipeline,
      ({ name, moduleChain }) => `Pipeline '${name}' [${moduleChain.join(' → ')}]`,
    );
  }

  get config(): PipelineConfig {
    return describePipeline(this.name, this.moduleChain);
  }

  async process<
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
  ): Promise<Wait extends false ? RunHandle<C> : ProcessResult<C, Directory, OutputBySchema<C, Schema, Target>>> {
    type Outcome = Wait extends false ? RunHandle<C> : ProcessResult<C, Directory, OutputBySchema<C, Schema, Target>>;
    const { processFile } = await import('../process/process-file.js');
    return (await processFile(this.#context, file, options === undefined ? {} : options)) as unknown as Outcome;
  }

  processMany(files: FileSet, options: ProcessManyOptions<C> = {}): BatchRun<C> {
    return new BatchOfFiles<C>(this.#context, files, options);
  }

  async start(file: FileInput, options: StartOptions<C> = {}): Promise<RunHandle<C>> {
    const { startFile } = await import('../process/process-file.js');
    return await startFile(this.#context, file, options);
  }

  attach(id: string): RunHandle<C> {
    return new HostedRun<C>(this.#context, checkIdAndOptions(id, 'id', {}, 'attach()'));
  }

  async processStatus(requestId: string, options: RequestOptions = {}): Promise<RunStatus<C[number]> & Rows<TaskRow>> {
    const id = checkIdAndOptions(requestId, 'requestId', options, 'processStatus()');
    return new HostedRun<C>(this.#context, id).status(options);
  }

  async list(filter: FileFilter, options: RequestOptions = {}): Promise<FilePage> {
    const { listFiles } = await import('../file-calls/list-files.js');
    return listFiles(this.#context, filter, options);
  }

  async update(fileId: string, changes: FileChanges, options: RequestOptions = {}): Promise<FileRecord> {
    const { updateFile } = await import('../file-calls/update-file.js');
    return updateFile(this.#context, fileId, changes, options);
  }

  async delete(fileId: string, options: RequestOptions = {}): Promise<void> {
    const { deleteFile } = await import('../file-calls/delete-files.js');
    return deleteFile(this.#context, fileId, options);
  }

  async fetchOutput<Directory extends string | false = string>(
    fileId: string,
    options: FetchOutputOptions & { localSaveDirectory?: Directory | undefined } = {},
  ): Promise<ProcessResult<C, Directory>> {
    checkOptions(options, outputRules, 'fetchOutput()');
    const id = checkIdAndOptions(fileId, 'fileId', {}, 'fetchOutput()');
    throwIfAborted(options.signal);
    const { fetchOutput } = await import('../process/output/fetch-output.js');
    return await fetchOutput(this.#context, id, options);
  }

  async streamOutput(fileId: string, options: StreamOutputOptions = {}): Promise<OutputStream> {
    checkOptions(options, streamRules, 'streamOutput()');
    const id = checkIdAndOptions(fileId, 'fileId', {}, 'streamOutput()');
    throwIfAborted(options.signal);
    const { streamOutput } = await import('../process/output/stream-output.js');
    return streamOutput(this.#context, id, options);
  }

  async showTree(path = '/*', options: TreeOptions = {}): Promise<FileTree> {
    const { showTree } = await import('../file-calls/show-tree.js');
    return showTree(this.#context, path, options);
  }

  async reset(options: ResetOptions = {}): Promise<number> {
    const { resetPipeline } = await import('../file-calls/delete-files.js');
    return resetPipeline(this.#context, options);
  }

  async keywordSearch(query: string, options: KeywordSearchOptions): Promise<SearchResult<KeywordHit>> {
    const { keywordSearch } = await import('../file-calls/search-files.js');
    return keywordSearch(this.#context, query, options);
  }

  async keywordPage(query: string, options: KeywordPageOptions): Promise<KeywordPage> {
    const { keywordPage } = await import('../file-calls/search-files.js');
    return keywordPage(this.#context, query, options);
  }

  async semanticSearch(query: string, options: SemanticSearchOptions): Promise<SearchResult<SemanticHit>> {
    const { semanticSearch } = await import('../file-calls/search-files.js');
    return semanticSearch(this.#context, query, options);
  }

  async testInput(file: FileInput, options: RequestOptions & { fileName?: string | undefined } = {}): Promise<void> {
    checkOptions(options, { ...requestRules, fileName: anyValue }, 'testInput()');
    throwIfAborted(options.signal);
    const { testInput } = await import('../process/start/check-file.js');
    await testInput(this.#context, file, options);
  }

  async save(configPath: string): Promise<void> {
    const { saveConfigFile } = await import('./config-file.js');
    await saveConfigFile(configPath, this.config);
  }
}
