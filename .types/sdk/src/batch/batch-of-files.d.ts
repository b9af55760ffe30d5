import type { PipelineContext } from '../http/hosted-call.js';
import type { BatchRun, BatchSummary, FileResult, FileSet, ProcessManyOptions } from '../shared/types/many-files.js';
import type { ModuleName } from '../shared/modules/module.js';
type Chain = readonly ModuleName[];
/**
 * Processes many files, a few at a time. Processing starts when results are first requested. Every caller gets the same results.
 */
export declare class BatchOfFiles<C extends Chain = Chain> implements BatchRun<C> {
    #private;
    constructor(context: PipelineContext, files: FileSet, options: ProcessManyOptions);
    all(): Promise<BatchSummary<C>>;
    count(): Promise<number | undefined>;
    [Symbol.asyncIterator](): AsyncGenerator<FileResult<C>>;
}
export {};
