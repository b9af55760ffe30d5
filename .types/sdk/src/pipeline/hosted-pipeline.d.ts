import type { PipelineContext } from '../http/hosted-call.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { FileInput } from '../shared/types/file-input.js';
import type { FileChanges, FileFilter, FilePage, FileRecord, FileTree, TreeOptions } from '../shared/types/file-record.js';
import type { BatchRun, FileSet, ProcessManyOptions } from '../shared/types/many-files.js';
import type { ModuleName } from '../shared/modules/module.js';
import type { PipelineBase, WithKeywordSearch, WithSemanticSearch } from '../shared/types/pipeline.js';
import type { PipelineConfig } from '../shared/modules/pipeline-config.js';
import type { FetchOutputOptions, OutputStream, ProcessOptions, ProcessResult, StartOptions, StreamOutputOptions } from '../shared/types/process.js';
import type { RunHandle } from '../shared/types/run-handle.js';
import type { RunStatus } from '../shared/runs/run-status.js';
import type { KeywordHit, KeywordSearchOptions, SearchResult, SemanticHit, SemanticSearchOptions } from '../shared/types/search.js';
type Chain = readonly ModuleName[];
/** Implements {@link Pipeline} for all chains. The types determine which methods are available for a chain. */
export declare class HostedPipeline<C extends Chain = Chain> implements PipelineBase<C>, WithKeywordSearch, WithSemanticSearch {
    #private;
    readonly name: string;
    readonly moduleChain: C;
    constructor(context: PipelineContext);
    get config(): PipelineConfig;
    process<Wait extends boolean | undefined = true, Directory extends string | false = string>(file: FileInput, options?: ProcessOptions<C> & {
        waitForProcess?: Wait;
        localSaveDirectory?: Directory | undefined;
    }): Promise<Wait extends false ? RunHandle<C> : ProcessResult<C, Directory>>;
    processMany(files: FileSet, options?: ProcessManyOptions<C>): BatchRun<C>;
    start(file: FileInput, options?: StartOptions<C>): Promise<RunHandle<C>>;
    attach(id: string): RunHandle<C>;
    processStatus(requestId: string, options?: RequestOptions): Promise<RunStatus<C[number]>>;
    list(filter: FileFilter, options?: RequestOptions): Promise<FilePage>;
    update(fileId: string, changes: FileChanges, options?: RequestOptions): Promise<FileRecord>;
    delete(fileId: string, options?: RequestOptions): Promise<void>;
    fetchOutput<Directory extends string | false = string>(fileId: string, options?: FetchOutputOptions & {
        localSaveDirectory?: Directory | undefined;
    }): Promise<ProcessResult<C, Directory>>;
    streamOutput(fileId: string, options?: StreamOutputOptions): Promise<OutputStream>;
    showTree(path?: string, options?: TreeOptions): Promise<FileTree>;
    reset(options?: RequestOptions): Promise<number>;
    keywordSearch(query: string, options: KeywordSearchOptions): Promise<SearchResult<KeywordHit>>;
    semanticSearch(query: string, options: SemanticSearchOptions): Promise<SearchResult<SemanticHit>>;
    testInput(file: FileInput, options?: RequestOptions & {
        fileName?: string | undefined;
    }): Promise<void>;
    save(configPath: string): Promise<void>;
}
export {};
