import type { RequestOptions } from '../shared/types/client-options.js';
import { type PipelineContext } from '../http/hosted-call.js';
/** Deletes a file in a pipeline, along with its output and search data. */
export declare function deleteFile(context: PipelineContext, fileId: string, options: RequestOptions): Promise<void>;
/**
 * Deletes all files in a pipeline.
 *
 * @returns The number of deleted files, not counting any that other clients deleted concurrently.
 */
export declare function resetPipeline(context: PipelineContext, options: RequestOptions): Promise<number>;
