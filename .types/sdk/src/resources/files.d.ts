import type { RequestOptions } from '../shared/types/client-options.js';
import type { PipelineFile } from '../shared/types/file-record.js';
/**
 * All files in the account, from any pipeline. Requires a Millrace server; the hosted protocol exposes files only by pipeline.
 */
export declare class Files {
    #private;
    /** Returns a file's record. @throws `NotFoundError` */
    get(fileId: string, options?: RequestOptions): Promise<PipelineFile>;
}
