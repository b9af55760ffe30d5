import { type BatchItem } from './batch-items.js';
import type { PipelineContext } from '../http/hosted-call.js';
import type { Manifest } from './manifest.js';
import type { FileResult } from '../shared/types/many-files.js';
import type { ProcessOptions } from '../shared/types/process.js';
/** Processes the files in a batch. Each file resumes from its state in the manifest. */
export declare class BatchWorker {
    #private;
    constructor(context: PipelineContext, options: ProcessOptions, manifest: Manifest | undefined);
    /** Rejects only if the manifest cannot be written, which stops the whole batch. */
    process(item: BatchItem): Promise<FileResult>;
}
